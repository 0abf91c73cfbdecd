"""Decide what type a column has, from how many of its cells are of each kind."""

from collections.abc import Mapping
from dataclasses import dataclass

DOMINANT_SHARE = 0.9  # of the cells with a value that must parse as a type for the column to have it
# Of the digit cells that must be zero-padded for all to be codes, unless all have one length.
CODE_SHARE = 0.01

POINT_KINDS = ("int", "float", "float3", "decimal", "decimal_point", "decimal_comma3")
COMMA_KINDS = ("int", "float3", "decimal", "decimal_comma", "decimal_comma3")
PLAIN_KINDS = ("int", "float", "float3")
SIMPLE_TYPES = ("bool", "time", "uuid", "email", "url", "json")
NO_VALUE_KINDS = ("missing", "placeholder")
DECORATED = 1 | 2 | 4 | 8 | 16 | 32 | 64 | 128 | 256  # marks of currency, percent, parentheses, grouping


@dataclass(frozen=True, slots=True)
class TypeDecision:
    """
    A column's type, the kinds of cells that parse as it, and the reading of its values.

    *ambiguous*: nothing says which of day and month comes first.
    """

    type: str
    accepted: frozenset[str]
    reading: str | None = None
    ambiguous: bool = False


@dataclass(frozen=True, slots=True)
class KindCounts:
    """Cells by kind, and what else bears on the type."""

    counts: Mapping[str, int]
    values: int  # cells with a value
    marks: int
    one_length: bool  # all texts have the same length
    compact: bool  # every whole number is a date of eight digits

    def of(self, kinds: tuple[str, ...]) -> int:
        """Return how many cells are of one of *kinds*."""
        return sum(self.counts.get(kind, 0) for kind in kinds)

    def dominated_by(self, kinds: tuple[str, ...]) -> bool:
        """Tell whether enough cells are of one of *kinds*."""
        return self.values > 0 and self.of(kinds) >= DOMINANT_SHARE * self.values


STRING = TypeDecision("string", frozenset())


def decide_type(cells: KindCounts) -> TypeDecision:
    """
    Return the most specific type that the dominant share of the cells with a value parses as, else string.

    Numbers widen (int, float, decimal) and so do dates (date, datetime) to take in every cell of their
    family. A string accepts every cell.
    """
    if cells.values == 0 or _are_codes(cells):
        return STRING
    for name in SIMPLE_TYPES:
        if cells.dominated_by((name,)):
            return TypeDecision(name, frozenset((name,)), "clock" if name == "time" else None)
    return _decide_dates(cells) or _decide_numbers(cells) or STRING


def _are_codes(cells: KindCounts) -> bool:
    codes, whole = cells.of(("code",)), cells.of(("int",))
    fixed = cells.one_length and codes + whole == cells.values
    return codes > 0 and (fixed or codes >= CODE_SHARE * (codes + whole))


def _decide_numbers(cells: KindCounts) -> TypeDecision | None:
    comma_only, point_only = cells.of(("decimal_comma",)), cells.of(("float", "decimal_point"))
    comma = comma_only > point_only
    kinds = COMMA_KINDS if comma else POINT_KINDS
    if not cells.dominated_by(kinds):
        return None
    present = {kind for kind in kinds if cells.of((kind,))}
    decimal = comma or not present <= set(PLAIN_KINDS) or cells.marks & DECORATED
    name = "decimal" if decimal else "int" if present == {"int"} else "float"
    return TypeDecision(name, frozenset(kinds), "comma" if comma else "point")


def _decide_dates(cells: KindCounts) -> TypeDecision | None:
    if cells.compact and cells.dominated_by(("int",)):
        return TypeDecision("date", frozenset(("int",)), "compact")
    day = cells.of(("date_day", "datetime_day"))
    month = cells.of(("date_month", "datetime_month"))
    order = "month" if month > day else "day"
    dates = ("date", f"date_{order}", "date_either")
    datetimes = ("datetime", f"datetime_{order}", "datetime_either")
    if not cells.dominated_by(dates + datetimes):
        return None
    open_order = cells.of(("date_either", "datetime_either")) > 0 and day == month == 0
    name = "datetime" if cells.of(datetimes) else "date"
    return TypeDecision(name, frozenset(dates + datetimes), f"{order}_first", ambiguous=open_order)
