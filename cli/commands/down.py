"""End the local stack and leave nothing: no process, no file, none of its data."""

import argparse

from cli.console import console
from local import stack

NAME = "down"
HELP = "end the local stack and leave nothing"


def configure(_parser: argparse.ArgumentParser) -> None:
    """Declare no arguments."""


def run(_arguments: argparse.Namespace) -> int:
    """Stop what runs, and tidy up after what was killed."""
    ran = stack.stop(stack.up_home())
    stack.remove_dead_sessions()
    console.print("The local stack has ended." if ran else "The local stack was not running.")
    return 0
