"""Numbers as arguments."""

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


def amount(what: str, *, most: int) -> Callable[[str], float]:
    """Return what reads an amount of *what* (`seconds`); `nan` and `inf` are none."""

    def read(text: str) -> float:
        try:
            number = float(text)
        except ValueError:
            number = -1
        if not 0 <= number <= most:
            raise argparse.ArgumentTypeError(f"{text} is no number of {what} from 0 to {most:,}")
        return number

    return read


seconds = amount("seconds", most=24 * 3600)
hours = amount("hours", most=10 * 366 * 24)
