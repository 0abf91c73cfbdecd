"""
Put one file for each processor into the stack, and say whether each had the outcome that it should have.

The files are samples, below uploads/smoke/. The exit code is 0 only if every outcome is the expected one.
"""

import argparse
from uuid import uuid4

from rich.text import Text

from cli.console import console, print_json
from cli.local_stack import connect
from cli.numbers import seconds
from cli.samples import SAMPLES, deviations, expectations
from cli.uploads import Source, upload_all
from cli.waiting import wait_for_outcomes

NAME = "smoke"
HELP = "test a deployed stack with a file for each processor"

FILES = ("orders.csv", "vase.png", "notes.txt")
PREFIX = "uploads/smoke/"  # which the role that deploys may write to


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--timeout", type=seconds, default=300, help="seconds to wait (default: %(default)g)")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace) -> int:
    """Upload, wait, compare."""
    client, folder = connect(), f"{PREFIX}{uuid4().hex}/"
    uploads = upload_all(client, [Source(SAMPLES / name, folder + name) for name in FILES], show=False)
    outcomes = wait_for_outcomes(client, uploads, arguments.timeout, show=not arguments.json)
    expected = expectations()
    found = {upload.key: deviations(expected[upload.name], facts) for upload, facts in outcomes.items()}
    if arguments.json:
        print_json([{"key": key, "wrong": wrong} for key, wrong in found.items()])
    for key, wrong in () if arguments.json else found.items():
        console.print(Text("wrong", "red") if wrong else Text("right", "green"), end="  ")
        console.print(Text(": ".join([key, *filter(None, [", ".join(wrong)])])), soft_wrap=True)
    return 1 if any(found.values()) else 0
