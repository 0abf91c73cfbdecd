"""
List the messages that nobody could handle, and the files whose retries are spent, with their reason.

Nothing changes without --yes. With it, each is put back and processed at the pace of its lane, and the audit
keeps who asked. What cannot be replayed stays where it is. With --discard and --yes, what nothing can be made
of is removed, and the audit keeps its text.
"""

import argparse
from datetime import UTC, datetime, timedelta
from typing import Any

from rich.table import Table
from rich.text import Text

from cli.console import console, print_json
from cli.errors import CommandError
from cli.local_stack import connect
from cli.numbers import whole
from cli.views import plain_table, visible
from sluice.recovery.selecting import LARGEST_LIMIT

NAME = "replay"
HELP = "list dead letters and failed files, and put them back"

QUEUES = (
    "csv", "image", "other", "rules", "ended-executions", "deletions", "stream", "webhooks", "mail", "digest",
    "tune-pace", "failed-files",
)  # fmt: skip
UNREADABLE = "unreadable"
EXCERPT = 60  # characters of a letter that nothing can be made of
UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("queues", metavar="QUEUE", nargs="*", help=f"of {', '.join(QUEUES)} (default: all)")
    parser.add_argument("--since", type=_moment, metavar="T", help="sent at or after, as 2h, 3d or ISO 8601")
    parser.add_argument("--until", type=_moment, metavar="T", help="sent at or before")
    parser.add_argument("--prefix", default="", help="of the key")
    parser.add_argument("--processor", default="", help="as profile_csv")
    parser.add_argument("--reason", default="", help="some words of the reason")
    parser.add_argument(
        "--limit",
        type=whole(most=LARGEST_LIMIT),
        default=100,
        metavar="N",
        help="of each queue, 1000 at most (default: %(default)s)",
    )
    parser.add_argument("--yes", action="store_true", help="replay, not only list")
    parser.add_argument("--discard", action="store_true", help="remove what nothing can be made of instead")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace) -> int:
    """Ask the function, and print what it found."""
    client = connect()
    if unknown := set(arguments.queues) - set(QUEUES):
        raise CommandError(f"There is no queue {', '.join(sorted(unknown))}: see `sluice replay --help`.")
    report = client.invoke("ReplayFunctionArn", _request(arguments, client.caller()))
    if arguments.json:
        print_json(report)
    else:
        _print(report, discard=arguments.discard)
    stayed = [line for line in report["letters"] if line["action"].startswith("stays")]
    return 1 if arguments.yes and stayed else 0


def _request(arguments: argparse.Namespace, caller: str) -> dict[str, Any]:
    return {
        "queues": arguments.queues,
        "since": arguments.since,
        "until": arguments.until,
        "prefix": arguments.prefix,
        "processor": arguments.processor,
        "reason": arguments.reason,
        "limit": arguments.limit,
        "dry_run": not arguments.yes,
        "discard": arguments.discard,
        "by": caller,
    }


def _print(report: dict[str, Any], *, discard: bool) -> None:
    letters = report["letters"]
    if letters:
        console.print(_table(letters))
    else:
        console.print("There is nothing to replay.")
    for queue in report["more"]:
        console.print(f"{queue} may hold more: repeat, or raise --limit.", style="yellow")
    if not letters:
        return
    done, could = sum(is_done(line) for line in letters), sum(map(could_be_done, letters))
    verb = "removed" if discard else "replayed"
    if report["dry_run"]:
        flags = "--discard --yes" if discard else "--yes"
        console.print(f"\n{len(letters)} found, {could} can be {verb}: {flags} does it. Nothing changed.")
    else:
        console.print(f"\n{done} of {len(letters)} {verb}.")
    if not discard and any(line["kind"] == UNREADABLE for line in letters):
        console.print("What nothing can be made of stays for 14 days, or until --discard --yes.")


def is_done(line: dict[str, Any]) -> bool:
    """Tell whether a letter was replayed or removed."""
    return str(line["action"]).startswith(("replayed", "removed"))


def could_be_done(line: dict[str, Any]) -> bool:
    """Tell whether a letter would have been."""
    return str(line["action"]).startswith("would")


def _table(letters: list[dict[str, Any]]) -> Table:
    table = plain_table("Queue", "Sent (UTC)", "About", "Reason", "")
    for line in letters:
        moment = line["sent_at"][:19].replace("T", " ")
        about = line["key"] or line.get("about") or line.get("body", "")[:EXCERPT] or line["kind"]
        texts = (Text(visible(text)) for text in (about, line["reason"], line["action"]))
        table.add_row(line["queue"], moment, *texts)
    return table


def _moment(text: str) -> str:
    if text[-1:] in UNITS and text[:-1].isdecimal():
        return (datetime.now(UTC) - timedelta(**{UNITS[text[-1]]: int(text[:-1])})).isoformat()
    try:
        return datetime.fromisoformat(text).isoformat()
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is neither an age like 2h nor a time in ISO 8601") from None
