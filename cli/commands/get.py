"""
Download the results of a file: its summary, report, renditions or whatever its processor made.

They go into the folder FILE.results below the current one, or into the one that is given.
"""

import argparse
from pathlib import Path

from cli.console import console, print_json
from cli.downloads import download
from cli.errors import CommandError
from cli.finding import find
from cli.local_stack import connect

NAME = "get"
HELP = "download the results of a file"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("file", metavar="FILE", help="a file's id, its key, or its name (the newest of it)")
    parser.add_argument("-o", "--output", type=Path, metavar="DIR", help="the folder to put them into")
    parser.add_argument("--json", action="store_true", help="print the paths as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Download, and print where to."""
    client = connect()
    facts, _ = find(client, arguments.file)
    folder = arguments.output or Path(facts["file_name"] + ".results")
    got = download(client, facts, folder, show=not arguments.json)
    if not got:
        raise CommandError(f"{facts['file_name']} has no results: it is {facts['status']}.")
    if arguments.json:
        print_json([str(path) for path in got])
    else:
        for path in got:
            console.print(str(path), markup=False, soft_wrap=True)
    return 0
