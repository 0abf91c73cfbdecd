"""Stop a file that is stuck: it ends as failed, and is kept for replay."""

import argparse

from cli.console import console, print_json
from cli.ending import end
from cli.local_stack import connect
from sluice.outcomes import Status

NAME = "stop"
HELP = "end a stuck file as failed, kept for replay"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("file", metavar="FILE", help="a file's id, or its whole key")
    parser.add_argument("--reason", default="", help="what is recorded beside it")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace) -> int:
    """End the file, and say so."""
    message = f"Stopped by hand: {arguments.reason}" if arguments.reason else "Stopped by hand."
    key = end(connect(), arguments.file, Status.FAILED, message)
    if arguments.json:
        print_json({"key": key, "status": Status.FAILED})
    else:
        console.print(f"{key} is {Status.FAILED}.")
    return 0
