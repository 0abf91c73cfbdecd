"""
Compare the inbox with the catalogue, and mend what differs.

Takes in what was never recorded, frees what is stuck, announces what nobody was told, and with --gone marks
files whose object is gone. Ctrl-C stops it and prints a token with which --resume goes on. With --background
the stack does it alone, however large the bucket.
"""

import argparse
import base64
import json
import zlib
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from rich.table import Table

from cli.console import console, print_json, program
from cli.errors import CommandError
from cli.local_stack import connect
from cli.stack_client import StackClient

NAME = "reconcile"
HELP = "take in lost files, free stuck ones, mark what is gone"

PAGES = 20  # of a thousand versions, between two signs of progress
INTERRUPTED = 130
MEANINGS = {
    "versions": "versions listed",
    "taken_in": "never recorded: taken in",
    "freed": "stuck beyond their lease: freed",
    "announced_again": "nobody was told: announced again",
    "checked": "files of the catalogue looked for",
    "gone": "object gone: marked",
    "restored": "object back: mark removed",
}

Part = dict[str, Any]


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--prefix", default="", help="of the keys that are meant")
    parser.add_argument("--dry-run", action="store_true", help="count, and change nothing")
    parser.add_argument("--limit", type=int, metavar="N", help="act on at most N files in each part")
    parser.add_argument("--current", action="store_true", help="leave versions alone that were replaced")
    parser.add_argument(
        "--grace", type=int, default=900, metavar="S", help="leave younger ones alone (default: %(default)s)"
    )
    parser.add_argument("--gone", action="store_true", help="also look for files whose object is gone")
    parser.add_argument("--parallel", type=int, default=4, metavar="N", help="at once (default: %(default)s)")
    parser.add_argument("--resume", metavar="TOKEN", help="go on where an interrupted sweep was")
    parser.add_argument("--background", action="store_true", help="let the stack do it alone")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace) -> int:
    """Plan, sweep the parts, and print the report."""
    client = connect()
    plan = {
        "prefix": arguments.prefix,
        "dry_run": arguments.dry_run,
        "limit": arguments.limit,
        "current_only": arguments.current,
        "gone": arguments.gone,
        "grace_seconds": arguments.grace,
        "started_at": datetime.now(UTC).isoformat(),
        "by": client.caller(),
    }
    if arguments.background:
        return _start(client, plan, as_json=arguments.json)
    parts = _unpacked(arguments.resume) if arguments.resume else _ask(client, {"plan": plan})["parts"]
    sweep = _Sweep(client, parts, show=not arguments.json)
    try:
        sweep.run(arguments.parallel)
    except KeyboardInterrupt:
        again = f"{program()} reconcile --resume {_packed(sweep.open)}"
        console.print(f"\nInterrupted. To go on:\n  {again}", soft_wrap=True)
        return INTERRUPTED
    report = _ask(client, {"parts": sweep.done, "about": plan})
    if arguments.json:
        print_json(report)
    else:
        _print(report, dry_run=arguments.dry_run)
    return 0


class _Sweep:
    """The parts of one sweep: those that are done, and those that are open as far as they are."""

    def __init__(self, client: StackClient, parts: list[Part], *, show: bool) -> None:
        self._client = client
        self._parts = dict(enumerate(parts))
        self._show = show
        self.done: list[Part] = []

    @property
    def open(self) -> list[Part]:
        """What is left to do."""
        return list(self._parts.values())

    def run(self, parallel: int) -> None:
        """Go on until nothing is left."""
        with _pool(parallel) as pool, console.status("Sweeping …") as status:
            running: dict[Future[Any], int] = {}
            waiting = list(self._parts)
            while waiting or running:
                while waiting and len(running) < parallel:
                    number = waiting.pop(0)
                    request = {"part": self._parts[number], "pages": PAGES}
                    running[pool.submit(_ask, self._client, request)] = number
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    self._take(running.pop(future), future.result(), waiting)
                if self._show:
                    status.update(f"Sweeping … {self._progress()}")

    def _take(self, number: int, answer: dict[str, Any], waiting: list[int]) -> None:
        if answer["done"]:
            del self._parts[number]
            self.done.append(answer["part"])
        else:
            self._parts[number] = answer["part"]
            waiting.append(number)

    def _progress(self) -> str:
        parts = [*self.done, *self._parts.values()]
        listed, taken = (
            sum(part["counts"].get(name, 0) for part in parts) for name in ("versions", "taken_in")
        )
        return f"{listed:,} versions, {taken:,} taken in, {len(self._parts)} parts left"


@contextmanager
def _pool(parallel: int) -> Iterator[ThreadPoolExecutor]:
    """Wait for nothing that was not begun when interrupted."""
    pool = ThreadPoolExecutor(max(1, parallel))
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _ask(client: StackClient, request: dict[str, Any]) -> Any:
    return client.invoke("ReconcileFunctionArn", request)


def _start(client: StackClient, plan: dict[str, Any], *, as_json: bool) -> int:
    execution = client.start_execution("BackfillStateMachineArn", plan)
    if as_json:
        print_json({"execution": execution})
    else:
        console.print(f"Started {execution}: its output will say where the report is.", soft_wrap=True)
    return 0


def _print(report: dict[str, Any], *, dry_run: bool) -> None:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("Files", justify="right")
    table.add_column("Would be done" if dry_run else "Done")
    for name, meaning in MEANINGS.items():
        if name in report["counts"]:
            table.add_row(f"{report['counts'][name]:,}", meaning)
    console.print(table)
    for key in report["examples"]:
        console.print(f"  {key}", markup=False, soft_wrap=True)
    console.print(f"\nReport in the outbox: {report['report']}", soft_wrap=True)


def _packed(parts: list[Part]) -> str:
    return base64.urlsafe_b64encode(zlib.compress(json.dumps(parts).encode())).decode()


def _unpacked(token: str) -> list[Part]:
    try:
        parts: list[Part] = json.loads(zlib.decompress(base64.urlsafe_b64decode(token)))
    except (ValueError, zlib.error) as error:
        raise CommandError("The token is not whole: copy it once more.") from error
    return parts
