"""List the newest files and their outcomes."""

import argparse

from cli.console import console, print_json
from cli.files import STATUSES
from cli.local_stack import connect
from cli.numbers import whole
from cli.views import files_table

NAME = "ls"
HELP = "list files and their outcomes"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--status", choices=STATUSES, metavar="S", help=f"only {', '.join(STATUSES)}")
    parser.add_argument(
        "--limit",
        type=whole("a number of files"),
        default=20,
        metavar="N",
        help="at most (default: %(default)s)",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace) -> int:
    """Print the list."""
    client = connect()
    files = client.files(arguments.status, arguments.limit)
    if arguments.json:
        print_json(files)
    elif files:
        console.print(files_table(client.whole(files)))
    else:
        console.print("No files yet." if not arguments.status else f"No files are {arguments.status}.")
    return 0
