"""
Put files in, each under PREFIX and its name; of a folder, all files below it that are not hidden.

Which processor a file goes to is said by rules, which match by keys: see `sluice rules ls`. With --wait, the
exit code is 0 only if every file ended as success or skipped.
"""

import argparse

from cli.console import console, print_json, program
from cli.files import Upload
from cli.local_stack import connect
from cli.numbers import seconds
from cli.uploads import Source, sources, upload_all
from cli.views import outcomes_table
from cli.waiting import Outcomes, wait_for_outcomes

NAME = "put"
HELP = "put files or folders in"

PLEASANT = ("success", "skipped")


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("files", metavar="FILE", nargs="+", help="a file, or a folder")
    parser.add_argument(
        "--prefix", default="uploads/", help="what the keys begin with (default: %(default)s)"
    )
    parser.add_argument("--wait", action="store_true", help="wait until every file has its outcome")
    parser.add_argument("--timeout", type=seconds, default=300, help="seconds to wait (default: %(default)g)")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace) -> int:
    """Upload, and wait if asked to."""
    found: list[Source] = sources(arguments.files, arguments.prefix)
    client = connect()
    uploads = upload_all(client, found, show=not arguments.json)
    if not arguments.wait:
        _print_uploads(uploads, as_json=arguments.json)
        return 0
    outcomes = wait_for_outcomes(client, uploads, arguments.timeout, show=not arguments.json)
    if arguments.json:
        print_json([facts or {"key": upload.key, "status": None} for upload, facts in outcomes.items()])
    else:
        console.print(outcomes_table(outcomes))
        _print_what_next(outcomes)
    return 0 if all(facts and facts["status"] in PLEASANT for facts in outcomes.values()) else 1


def _print_what_next(outcomes: Outcomes) -> None:
    if any(facts and facts.get("results") for facts in outcomes.values()):
        sluice = program()
        console.print(f"\n  {sluice} open FILE    show the report of a table, the page of an image")
        console.print(f"  {sluice} get FILE     download all results")


def _print_uploads(uploads: list[Upload], *, as_json: bool) -> None:
    if as_json:
        print_json([{"key": upload.key, "version_id": upload.version_id} for upload in uploads])
    else:
        for upload in uploads:
            console.print(upload.key, markup=False, soft_wrap=True)
