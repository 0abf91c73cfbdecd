"""Stop a file that is stuck: it ends as failed, and is kept for replay."""

import argparse

from cli import ending
from cli.local_stack import connect
from sluice.outcomes import Status

NAME = "stop"
HELP = "end a stuck file as failed, kept for replay"

configure = ending.configure


def run(arguments: argparse.Namespace) -> int:
    """End the file, and say so."""
    return ending.run(connect(), arguments, Status.FAILED, "Stopped by hand")
