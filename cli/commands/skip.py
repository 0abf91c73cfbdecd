"""Record a file as skipped, whether it waits or is being processed: it is not processed."""

import argparse

from cli.console import console, print_json
from cli.ending import end
from cli.local_stack import connect
from sluice.outcomes import Status

NAME = "skip"
HELP = "end a file as skipped"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("file", metavar="FILE", help="a file's id, or its whole key")
    parser.add_argument("--reason", default="", help="what is recorded beside it")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace) -> int:
    """End the file, and say so."""
    message = f"Skipped by hand: {arguments.reason}" if arguments.reason else "Skipped by hand."
    key = end(connect(), arguments.file, Status.SKIPPED, message)
    if arguments.json:
        print_json({"key": key, "status": Status.SKIPPED})
    else:
        console.print(f"{key} is {Status.SKIPPED}.")
    return 0
