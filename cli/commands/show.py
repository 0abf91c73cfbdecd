"""Show all that is known of a file: its facts, what was found in it, its results, its earlier versions."""

import argparse

from cli.console import console, print_json
from cli.finding import find
from cli.local_stack import connect
from cli.report import print_report

NAME = "show"
HELP = "show all that is known of a file"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "file", metavar="FILE", help="a file's id, its key, or its name (the newest of that name)"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace) -> int:
    """Find the file and print its report."""
    client = connect()
    facts, others = find(client, arguments.file)
    if arguments.json:
        print_json(facts | {"history": others})
    else:
        print_report(console, facts, others, client.outputs.get("OutboxBucketName", ""))
    return 0
