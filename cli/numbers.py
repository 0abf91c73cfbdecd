"""Whole numbers as arguments."""

import argparse
from collections.abc import Callable


def whole(what: str = "a number", *, least: int = 1, most: int | None = None) -> Callable[[str], int]:
    """Return what reads *what* (`a number of files`) within bounds; argparse tells of anything else."""
    bounds = f"from {least}" if most is None else f"from {least} to {most}"

    def read(text: str) -> int:
        number = int(text) if text.isdecimal() else -1
        if number < least or (most is not None and number > most):
            raise argparse.ArgumentTypeError(f"{text} is not {what} {bounds}")
        return number

    return read
