"""
Profile tables on this machine, without any stack: types, missing and invalid cells, distributions, findings.

FILE is a delimited text file, also compressed (gz, zst, zip), a folder, a pattern, or - for standard input.
The exit code is 1 if a file could not be read to its end.
"""

import argparse
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from cli.console import console, print_json
from cli.errors import CommandError
from cli.table_files import TableFile, profile_of, table_files
from cli.table_view import print_profile
from sluice.tables.report.building import report_of
from sluice.tables.report.markup import visible

NAME = "profile"
HELP = "profile tables on this machine, without any stack"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("files", metavar="FILE", nargs="+", help="a file, a folder, a pattern, or -")
    parser.add_argument(
        "--json", action="store_true", help="print the summary as JSON; of several files a list of them"
    )
    parser.add_argument(
        "--html",
        metavar="OUT",
        type=Path,
        help="write the report to this file; of several files to this folder",
    )


def run(arguments: argparse.Namespace) -> int:
    """Profile each file, and print or write what was found."""
    files = table_files(arguments.files)
    reports = _report_paths(files, arguments.html)
    found = []
    for index, (file, report) in enumerate(zip(files, reports, strict=True)):
        summary = _profiled(file)
        if report:
            _write(report, report_of(summary))
        if not arguments.json:
            _print(summary, report, first=index == 0)
        # Of what is printed already, only the outcome is needed.
        found.append(summary if arguments.json else {"status": summary["status"]})
    if arguments.json:
        print_json(found if len(files) > 1 else found[0])
    return int(any(summary["status"] == "error" for summary in found))


def _profiled(file: TableFile) -> dict[str, Any]:
    """Profile a file, with a bar of the bytes read."""
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(visible(file.name), total=file.size)
        return profile_of(file, lambda count: bar.update(task, completed=count))


def _print(summary: dict[str, Any], report: Path | None, *, first: bool) -> None:
    if not first:
        console.print()
    print_profile(console, summary)
    if report:
        console.print(f"report: {report}", markup=False, soft_wrap=True)


def _report_paths(files: list[TableFile], out: Path | None) -> list[Path | None]:
    """Return where each file's report goes: to *out*, or into it if it is a folder or there are several."""
    if out is None:
        return [None] * len(files)
    if len(files) == 1 and not out.is_dir():
        return [out]
    names = [f"{file.stem}_report.html" for file in files]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise CommandError(f"Two of the files would have the report {twice}: profile them one by one.")
    return [out / name for name in names]


def _write(path: Path, report: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(report)
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}.") from error
