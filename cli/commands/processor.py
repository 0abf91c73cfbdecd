"""
Check that a function keeps the contract of a custom processor, before rules send files to it.

docs/processors.md is the contract. The function is invoked five times, with a file of the inbox that it
should know how to process.
"""

import argparse

from rich.text import Text

from cli.console import console, print_json
from cli.errors import CommandError
from cli.files import file_of
from cli.local_stack import connect
from sluice.processors.conformance import checks

NAME = "processor"
HELP = "check that a function keeps the contract of a custom processor"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("function", metavar="FUNCTION", help="its name or ARN")
    parser.add_argument("file", metavar="FILE", help="id of a file in the catalogue: see `sluice ls --json`")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace) -> int:
    """Make the checks, and print what is wrong."""
    client = connect()
    facts = client.file(arguments.file)
    if facts is None:
        raise CommandError(f"The catalogue has no file with the id {arguments.file}: see `sluice ls --json`.")
    file = file_of(facts)
    with client.processor(arguments.function) as invoke:
        found = list(checks(invoke, file))
    if arguments.json:
        print_json([{"asked": check.asked, "problem": check.problem} for check in found])
    for check in () if arguments.json else found:
        console.print(Text("fails", "red") if check.problem else Text("holds", "green"), end="  ")
        console.print(Text(check.asked + (f": {check.problem}" if check.problem else "")))
    return 1 if any(check.problem for check in found) else 0
