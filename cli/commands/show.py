"""Show all that is known of a file: what was found in it, its results, its versions, and why it waits."""

import argparse
from dataclasses import asdict
from datetime import UTC, datetime

from cli.console import console, print_json
from cli.errors import CommandError
from cli.files import Facts
from cli.finding import find
from cli.local_stack import connect
from cli.report import print_report, print_section
from cli.stack_client import StackClient
from sluice.files import File
from sluice.histories import findings, history
from sluice.outcomes import UNFINISHED
from sluice.recovery.dead_letters import likely_rule

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
    try:
        facts, others = find(client, arguments.file)
    except CommandError:
        if not (arrived := client.object(arguments.file)):
            raise
        return _show_arrived(client, arrived, as_json=arguments.json)
    waits = _reasons(client, facts)
    if arguments.json:
        past = [asdict(each) | {"at": each.at.isoformat()} for each in history(facts)]
        told = findings(facts) | {"history": past, "versions": [findings(other) for other in others]}
        print_json(told | ({"waits": waits} if waits else {}))
    else:
        print_report(console, facts, others, client.outputs.get("OutboxBucketName", ""))
        print_section(console, "Why it waits", waits.items())
    return 0


def _reasons(client: StackClient, facts: Facts) -> dict[str, str]:
    if facts["status"] not in UNFINISHED:
        return {}
    with client.lanes() as lanes:
        return dict(lanes.reasons(facts))


def _show_arrived(client: StackClient, file: File, *, as_json: bool) -> int:
    """Show a file that waits in its queue; stored rules may send it to another lane than the default ones."""
    lane = likely_rule(file).lane
    with client.lanes() as lanes:
        waits = dict(lanes.reasons_of_arrival(lane, datetime.now(UTC) - file.uploaded_at))
    if as_json:
        print_json({"key": file.key, "status": "queued", "waits": waits})
    else:
        console.print(f"{file.key} is in the inbox, and not in the catalogue yet.", markup=False)
        print_section(console, "Why it waits", waits.items())
    return 0
