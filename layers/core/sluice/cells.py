"""Classify the text of one cell."""

import re
from collections.abc import Callable
from datetime import date, datetime

MISSING = frozenset({"", "na", "n/a", "null", "none", "nan", "-"})  # lower case, stripped
BOOLS = frozenset({"true", "false", "yes", "no"})

INT = re.compile(r"[+-]?(0|[1-9]\d*)", re.ASCII)
"""A code with leading zeros is not a number: 007 is not 7."""
FLOAT = re.compile(r"[+-]?((0|[1-9]\d*)?\.\d+|(0|[1-9]\d*)\.?)([eE][+-]?\d{1,3})?", re.ASCII)
DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
DATETIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:?\d\d)?", re.ASCII)


def is_missing(text: str) -> bool:
    """Tell whether a cell holds nothing, or one of the words for nothing."""
    return text.strip().lower() in MISSING


def cell_type(text: str) -> str:
    """Return `int`, `float`, `bool`, `date`, `datetime` or, failing these, `string`."""
    text = text.strip()
    if text[:1] in "+-.0123456789":
        return _numeric_or_temporal(text)
    return "bool" if text.lower() in BOOLS else "string"


def _numeric_or_temporal(text: str) -> str:
    if INT.fullmatch(text):
        return "int"
    if FLOAT.fullmatch(text):
        return "float"
    if DATE.fullmatch(text) and _parses(text, date.fromisoformat):
        return "date"
    if DATETIME.fullmatch(text) and _parses(text, datetime.fromisoformat):
        return "datetime"
    return "string"


def _parses(text: str, parse: Callable[[str], object]) -> bool:
    try:
        parse(text)
    except ValueError:
        return False
    return True
