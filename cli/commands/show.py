"""Show all that is known of a file: its facts, what was found in it, its results, its earlier versions."""

import argparse

from cli.console import console, print_json
from cli.errors import CommandError
from cli.files import Facts
from cli.local_stack import connect
from cli.report import print_report
from cli.stack_client import StackClient

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
    facts, others = _find(client, arguments.file)
    if arguments.json:
        print_json(facts | {"history": others})
    else:
        print_report(console, facts, others, client.outputs.get("OutboxBucketName", ""))
    return 0


def _find(client: StackClient, wanted: str) -> tuple[Facts, list[Facts]]:
    """Return the newest file that is meant, and the other versions of its key."""
    if facts := client.file(wanted):
        return facts, _others(client.files_named(facts["file_name"]), facts)
    named = client.files_named(wanted.rsplit("/", 1)[-1])
    meant = [facts for facts in named if "/" not in wanted or facts["key"] == wanted]
    if not meant:
        raise CommandError(f"The catalogue has no file {wanted}: see `sluice ls`.")
    return meant[0], _others(named, meant[0])


def _others(named: list[Facts], facts: Facts) -> list[Facts]:
    return [other for other in named if other["key"] == facts["key"] and other["file_id"] != facts["file_id"]]
