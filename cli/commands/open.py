"""
Open what a person reads of a file in a browser: the report of a table, the page of an image.

Where there is no browser, its path is printed.
"""

import argparse
import tempfile
import webbrowser
from pathlib import Path

from cli.console import console, print_json
from cli.downloads import download
from cli.errors import CommandError
from cli.finding import find
from cli.local_stack import connect

NAME = "open"
HELP = "open a file's report in a browser"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("file", metavar="FILE", help="a file's id, its key, or its name (the newest of it)")
    parser.add_argument("--print", action="store_true", help="only print the path of the page")
    parser.add_argument("--json", action="store_true", help="only print the path, as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Download the page to a folder of its own that stays, since the browser reads it later."""
    client = connect()
    facts, _ = find(client, arguments.file)
    pages = [key for key in facts.get("results") or () if key.endswith(".html")]
    if not pages:
        raise CommandError(f"{facts['file_name']} has no page to open: it is {facts['status']}.")
    folder = Path(tempfile.mkdtemp(prefix="sluice-"))
    quiet = arguments.print or arguments.json
    got = download(client, facts | {"results": pages[:1]}, folder, show=not quiet)
    if not got:
        raise CommandError(f"The page of {facts['file_name']} is not there any more.")
    if arguments.json:
        print_json({"page": str(got[0])})
    elif quiet or not webbrowser.open(got[0].as_uri()):
        console.print(str(got[0]), markup=False, soft_wrap=True)
    return 0
