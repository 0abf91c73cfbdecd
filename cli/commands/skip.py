"""Record a file as skipped, whether it waits or is being processed: it is not processed."""

import argparse

from cli import ending
from cli.local_stack import connect
from sluice.outcomes import Status

NAME = "skip"
HELP = "end a file as skipped"

configure = ending.configure


def run(arguments: argparse.Namespace) -> int:
    """End the file, and say so."""
    return ending.run(connect(), arguments, Status.SKIPPED, "Skipped by hand")
