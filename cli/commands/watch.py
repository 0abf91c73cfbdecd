"""
Watch files flow, until Ctrl-C: what waits in the queues, files by status, and the newest files.

Where the output is not a terminal, it is printed once.
"""

import argparse
import time
from contextlib import suppress

from rich.columns import Columns
from rich.console import Group
from rich.live import Live

from cli.console import console
from cli.files import STATUSES
from cli.local_stack import connect
from cli.stack_client import StackClient
from cli.views import counts_table, files_table, queues_table

NAME = "watch"
HELP = "watch files flow until Ctrl-C"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "--limit", type=int, default=10, metavar="N", help="newest files (default: %(default)s)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Draw the picture again each second."""
    client = connect()
    if not console.is_terminal:
        console.print(_picture(client, arguments.limit))
        return 0
    with (
        suppress(KeyboardInterrupt),  # how a watch is meant to end
        Live(_picture(client, arguments.limit), console=console, auto_refresh=False) as live,
    ):
        while True:
            time.sleep(1)
            live.update(_picture(client, arguments.limit), refresh=True)
    return 0


def _picture(client: StackClient, limit: int) -> Group:
    counts = {status: client.count(status) for status in STATUSES}
    summary = Columns([queues_table(client.queues()), counts_table(counts)], padding=(0, 6))
    return Group(summary, "", files_table(client.files(None, limit)))
