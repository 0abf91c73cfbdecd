"""Verbs of a command, such as `show` in `sluice rules show`."""

import argparse
from typing import Any


def add_verb(verbs: Any, name: str, explanation: str) -> argparse.ArgumentParser:
    """Add a verb, which takes `--json` as every one does."""
    parser: argparse.ArgumentParser = verbs.add_parser(name, help=explanation, description=explanation)
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser
