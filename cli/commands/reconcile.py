"""
Compare the inbox with the catalogue, and mend what differs.

Takes in what was never recorded, frees what is stuck, announces what nobody was told, and with --gone marks
files whose object is gone. A sweep that was interrupted, by Ctrl-C, a limit or the end of this machine, goes
on with --resume. With --background the stack does it alone, however large the bucket; --status shows those.
"""

import argparse
import time
from datetime import UTC, datetime
from typing import Any

from cli import target
from cli.console import console, print_json, program
from cli.errors import CommandError
from cli.local_stack import connect
from cli.numbers import whole
from cli.stack_client import StackClient
from cli.sweep_views import print_background, print_report, progress
from cli.sweeps import Book, Driver, Sweep
from local.environments import HOMES

NAME = "reconcile"
HELP = "take in lost files, free stuck ones, mark what is gone"

INTERRUPTED = 130


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--prefix", default="", help="of the keys that are meant")
    parser.add_argument("--dry-run", action="store_true", help="count, and change nothing")
    parser.add_argument(
        "--limit", type=whole(), metavar="N", help="take in, free and mark at most N files each, then stop"
    )
    parser.add_argument("--current", action="store_true", help="leave versions alone that were replaced")
    parser.add_argument(
        "--grace", type=int, default=900, metavar="S",
        help="leave what is younger alone, in seconds (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--days", type=whole(), metavar="N",
        help="leave older versions alone: what the catalogue has forgotten (CatalogueDays) is not lost",
    )  # fmt: skip
    parser.add_argument("--gone", action="store_true", help="also look for files whose object is gone")
    parser.add_argument(
        "--parallel", type=whole(), default=4, metavar="N", help="at once (default: %(default)s)"
    )
    parser.add_argument("--resume", action="store_true", help="go on with the sweep that was not finished")
    parser.add_argument("--background", action="store_true", help="let the stack do it alone")
    parser.add_argument("--status", action="store_true", help="show what the stack has swept alone")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace) -> int:
    """Plan, sweep the parts, and print the report."""
    client = connect()
    if arguments.status:
        return _show(client, as_json=arguments.json)
    plan = _plan(client, arguments)
    if arguments.background:
        return _start(client, plan, as_json=arguments.json)
    book = Book(HOMES / "sweeps" / f"{target.chosen().stack_name or 'local'}.json")
    sweep = _resumed(book, arguments, plan) if arguments.resume else _planned(client, plan)
    book.keep(sweep)
    try:
        _drive(client, sweep, book, arguments)
    except KeyboardInterrupt:
        console.print(f"\nInterrupted. To go on: {program()} reconcile --resume", soft_wrap=True)
        return INTERRUPTED
    return _end(client, sweep, book, as_json=arguments.json)


def _plan(client: StackClient, arguments: argparse.Namespace) -> dict[str, Any]:
    return {
        "prefix": arguments.prefix,
        "dry_run": arguments.dry_run,
        "limit": arguments.limit,
        "current_only": arguments.current,
        "gone": arguments.gone,
        "days": arguments.days,
        "grace_seconds": arguments.grace,
        "started_at": datetime.now(UTC).isoformat(),
        "by": client.caller(),
        "inbox": client.outputs["InboxBucketName"],
    }


def _planned(client: StackClient, plan: dict[str, Any]) -> Sweep:
    with console.status("Looking at how the bucket can be cut …"):
        return Sweep(plan, client.invoke("ReconcileFunctionArn", {"plan": plan})["parts"])


def _resumed(book: Book, arguments: argparse.Namespace, plan: dict[str, Any]) -> Sweep:
    asked = {"prefix", "dry_run", "current_only", "gone", "days"}
    if any(plan[name] for name in asked) or arguments.background:
        raise CommandError(
            "--resume goes on with what was asked for; only --limit and --parallel may be new."
        )
    sweep = book.find(plan["inbox"])
    sweep.raise_limit(plan["limit"] or sweep.about["limit"])
    return sweep


def _drive(client: StackClient, sweep: Sweep, book: Book, arguments: argparse.Namespace) -> None:
    began = time.monotonic()
    with console.status("Sweeping …") as status, Driver(client, sweep, book) as driver:
        while driver.go_on(arguments.parallel):
            if not arguments.json:
                status.update(f"Sweeping … {progress(sweep, time.monotonic() - began)}")


def _end(client: StackClient, sweep: Sweep, book: Book, *, as_json: bool) -> int:
    """Report what was done so far; a sweep of which something is left is kept."""
    report = client.invoke("ReconcileFunctionArn", {"parts": sweep.parts, "about": sweep.about})
    if not sweep.open:
        book.forget()
    if as_json:
        print_json(report | {"is_whole": not sweep.open, "troubles": sweep.troubles})
    else:
        print_report(report, dry_run=sweep.about["dry_run"])
        for trouble in dict.fromkeys(sweep.troubles):
            console.print(f"A part stopped: {trouble}", style="red", markup=False, soft_wrap=True)
        if sweep.open:
            why = "Not all was swept" if sweep.troubles else "The limit is reached"
            console.print(f"{why}. To go on: {program()} reconcile --resume", soft_wrap=True)
    return 1 if sweep.troubles else 0


def _start(client: StackClient, plan: dict[str, Any], *, as_json: bool) -> int:
    execution = client.start_execution("BackfillStateMachineArn", plan)
    if as_json:
        print_json({"execution": execution})
    else:
        console.print(f"Started {execution}.", soft_wrap=True)
        console.print(f"See how far it is: {program()} reconcile --status", soft_wrap=True)
    return 0


def _show(client: StackClient, *, as_json: bool) -> int:
    runs = client.sweeps()
    if as_json:
        print_json(runs)
    else:
        print_background(runs)
    return 0
