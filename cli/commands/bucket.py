"""
Let a bucket of yours be the inbox: `sluice bucket attach BUCKET`.

Adds to the bucket's event settings that S3 tells EventBridge of its objects, and keeps what is configured.
Shows the difference, and changes nothing without --yes. A stack takes files from the bucket when it is first
deployed with the parameter ExistingInbox; `sluice reconcile` then takes in what was there before.
"""

import argparse
import difflib
import json
from typing import Any

from cli.console import console, print_json, program
from cli.errors import CommandError
from cli.local_stack import connect
from cli.stack_client import StackClient

NAME = "bucket"
HELP = "let a bucket of yours send its events"

EVENTS = "EventBridgeConfiguration"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("action", choices=["attach"], help="send the bucket's events to EventBridge")
    parser.add_argument("bucket", metavar="BUCKET")
    parser.add_argument("--yes", action="store_true", help="change it, not only show what would change")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace) -> int:
    """Show what differs, and change it if asked to."""
    client = connect()
    versions = _keeps_versions(client, arguments.bucket)
    before = client.event_settings(arguments.bucket)
    after = merged(before)
    changes = before != after
    if changes and arguments.yes:
        client.change_event_settings(arguments.bucket, after)
    if arguments.json:
        changed = changes and arguments.yes
        print_json({"bucket": arguments.bucket, "versions": versions, "changes": changes, "changed": changed})
        return 0
    _print(arguments, before, after)
    if not versions:
        console.print("It keeps no versions: contents are told apart by their ETag.")
    _print_what_next(client.outputs["InboxBucketName"], arguments.bucket)
    return 0


def _keeps_versions(client: StackClient, bucket: str) -> bool:
    """Tell whether a bucket keeps versions; raise CommandError for one that cannot be the inbox."""
    if bucket == client.outputs["OutboxBucketName"]:
        raise CommandError(f"{bucket} is the outbox: results would be taken for files.")
    region, versions = client.bucket_facts(bucket)
    if region != client.region:
        raise CommandError(
            f"{bucket} is in {region} and the stack in {client.region}: a bucket's events stay in its region."
        )
    return versions


def _print_what_next(inbox: str, bucket: str) -> None:
    if inbox == bucket:
        again = f"{program()} reconcile --background --current"
        what = f"The stack takes files from it. What was there before: {again}"
    else:
        what = (
            f"This stack takes files from {inbox}. A stack is given a bucket when it is first deployed:\n"
            f"  ExistingInbox={bucket}, among its parameters in samconfig.toml"
        )
    console.print(f"\n{what}", soft_wrap=True, markup=False)


def merged(settings: dict[str, Any]) -> dict[str, Any]:
    """Return a bucket's event settings with EventBridge on, and everything else as it is."""
    return settings | {EVENTS: settings.get(EVENTS, {})}


def _print(arguments: argparse.Namespace, before: dict[str, Any], after: dict[str, Any]) -> None:
    if before == after:
        console.print(f"{arguments.bucket} sends its events already.", markup=False)
        return
    for line in difflib.unified_diff(_lines(before), _lines(after), "before", "after", lineterm="", n=2):
        console.print(line, markup=False, soft_wrap=True)
    if arguments.yes:
        console.print(f"\n{arguments.bucket} sends its events now.", markup=False)
    else:
        console.print("\nNothing changed: --yes changes it.")


def _lines(settings: dict[str, Any]) -> list[str]:
    return json.dumps(settings, indent=2, sort_keys=True).splitlines()
