"""
Process files again, by the rules of now, as if they had just arrived.

Nothing changes without --yes. With it, each file's outcome is taken back, and the file waits in its lane for
its turn. Of a key with several versions the newest is meant; --prefix and --status choose among all files.
"""

import argparse
from collections.abc import Iterator
from typing import Any

from rich.text import Text

from cli.console import console, print_json
from cli.errors import CommandError
from cli.files import OUTCOMES, Facts
from cli.finding import find
from cli.local_stack import connect
from cli.numbers import whole
from cli.stack_client import StackClient
from cli.views import plain_table, status_text
from sluice.outcomes import UNFINISHED

NAME = "reprocess"
HELP = "process files again"
PLANNED, DONE = "would be processed again", "is processed again"
NO_OUTCOME = "stays: it has no outcome yet"
DELETED = "stays: it was deleted"
MOVED_ON = "stays: it moved on meanwhile"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("files", metavar="FILE", nargs="*", help="a file's id, its key or its name")
    parser.add_argument("--prefix", metavar="P", help="every file whose key begins with it")
    parser.add_argument("--status", choices=OUTCOMES, metavar="S", help=f"only {', '.join(OUTCOMES)}")
    parser.add_argument(
        "--limit", type=whole(), default=100, metavar="N", help="of --prefix, at most (default: %(default)s)"
    )
    parser.add_argument("--yes", action="store_true", help="process them again, not only list them")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace) -> int:
    """Choose the files, take their outcomes back, and print what came of each."""
    if not arguments.files and arguments.prefix is None:
        raise CommandError("Name files, or choose them by --prefix.")
    client = connect()
    chosen, more = _chosen(client, arguments)
    lines = [_line(facts) for facts in chosen]
    if arguments.yes:
        _reprocess(client, lines)
    report = {"files": lines, "more": more, "dry_run": not arguments.yes}
    if arguments.json:
        print_json(report)
    else:
        _print(report)
    return 1 if arguments.yes and any(line["action"] != DONE for line in lines) else 0


def _chosen(client: StackClient, arguments: argparse.Namespace) -> tuple[list[Facts], bool]:
    named = [find(client, wanted)[0] for wanted in arguments.files]
    below, more = [], False
    if arguments.prefix is not None:
        below, more = client.files_below(arguments.prefix, arguments.status, arguments.limit)
    elif arguments.status:
        named = [facts for facts in named if facts["status"] == arguments.status]
    return list({facts["file_id"]: facts for facts in (*named, *below)}.values()), more


def _line(facts: Facts) -> dict[str, Any]:
    action = NO_OUTCOME if facts["status"] in UNFINISHED else DELETED if "deleted_at" in facts else PLANNED
    names = ("file_id", "key", "version_id", "status", "lane")
    return {name: facts.get(name) for name in names} | {"action": action}


def _reprocess(client: StackClient, lines: list[dict[str, Any]]) -> None:
    planned: Iterator[dict[str, Any]] = (line for line in lines if line["action"] == PLANNED)
    with client.reprocessing() as again:
        by = client.caller()
        for line in planned:
            line["action"] = DONE if again(line["file_id"], by) else MOVED_ON


def _print(report: dict[str, Any]) -> None:
    lines = report["files"]
    if not lines:
        console.print("No such files.")
        return
    table = plain_table("File", "Outcome", "Lane", "")
    for line in lines:
        table.add_row(Text(line["key"]), status_text(line["status"]), line["lane"] or "", line["action"])
    console.print(table)
    if report["more"]:
        console.print("There are more than --limit: repeat, or raise it.", style="yellow")
    count = sum(line["action"] in (PLANNED, DONE) for line in lines)
    if report["dry_run"]:
        console.print(f"\n{count} of {len(lines)} can be, nothing changed: --yes processes them again.")
    else:
        console.print(f"\n{count} of {len(lines)} wait in their lanes: see `sluice watch`.")
