"""
Watch files flow, until Ctrl-C: how fast they go and how long the rest takes, each lane, files by status.

Files are counted that were uploaded since an hour before the watch began. Where the output is not a terminal,
the picture is printed once.
"""

import argparse
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import NoReturn

from rich.live import Live

from cli.console import console, print_json
from cli.files import OUTCOMES, STATUSES, newest_first
from cli.flow import Flow, Look
from cli.flow_view import picture
from cli.local_stack import connect
from cli.numbers import hours, whole
from cli.stack_client import StackClient

NAME = "watch"
HELP = "watch files flow until Ctrl-C"

BETWEEN_LOOKS = 1.0  # seconds, and
SHARE = 1  # times as long as a look takes, so that a stack under load is not looked at all the time


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "--limit", type=whole(), default=5, metavar="N", help="newest outcomes (default: %(default)s)"
    )
    parser.add_argument(
        "--since", type=hours, default=1, metavar="HOURS", help="count files from so long ago (default: 1)"
    )
    parser.add_argument("--json", action="store_true", help="print JSON, once")


def run(arguments: argparse.Namespace) -> int:
    """Draw the picture again after each look."""
    client, flow = connect(), Flow()
    since = datetime.now(UTC) - timedelta(hours=arguments.since)
    rest = _look(client, flow, since, arguments.limit)
    if arguments.json:
        print_json(flow.to_json())
    elif not console.is_terminal:
        console.print(picture(flow, since, arguments.limit))
    else:
        with suppress(KeyboardInterrupt):  # how a watch is meant to end
            _keep_looking(client, flow, since, arguments.limit, rest)
    return 0


def _keep_looking(client: StackClient, flow: Flow, since: datetime, limit: int, rest: float) -> NoReturn:
    """Draw the picture again after each look; the next one is *rest* seconds away."""
    with Live(picture(flow, since, limit), console=console, auto_refresh=False) as live:
        while True:
            time.sleep(rest)
            rest = _look(client, flow, since, limit)
            live.update(picture(flow, since, limit), refresh=True)


def _look(client: StackClient, flow: Flow, since: datetime, limit: int) -> float:
    """Add a look to the flow; return the seconds until the next one."""
    started = time.monotonic()
    with client.lanes() as lanes:
        standings = lanes.all()
    counts = {status: client.count(status, since) for status in STATUSES}
    ended = newest_first(facts for status in OUTCOMES for facts in client.files(status, limit))
    flow.add(Look(time.monotonic(), standings, counts, client.kept(), ended[:limit]))
    return max(BETWEEN_LOOKS, SHARE * (time.monotonic() - started))
