"""What a person should know of a column before its figures."""

from collections.abc import Iterator

from sluice.tables.columns import ColumnProfile
from sluice.tables.profiles import NOTE, WARNING, Finding

MOSTLY_MISSING = 50.0  # percent
DECIDING = ("decimal_comma", "decimal_point", "float")  # kinds of numbers that allow one reading only


def column_findings(column: ColumnProfile) -> Iterator[Finding]:
    """Yield what stands out in one column."""
    label, rows = column.label, column.count + column.missing.count
    if column.empty and rows:
        yield Finding("empty_column", WARNING, "Every cell is missing.", label, column.missing.count)
    elif column.missing.percentage > MOSTLY_MISSING:
        message = f"{column.missing.percentage:.1f} % of the cells are missing."
        yield Finding("mostly_missing", WARNING, message, label, column.missing.count)
    if column.invalid.count:
        message = f"{counted(column.invalid.count, 'cell is', 'cells are')} not of type {column.type}."
        yield Finding("invalid_cells", WARNING, message, label, column.invalid.count, column.invalid.examples)
    if column.constant:
        yield Finding(
            "constant_column", NOTE, f"Every value is {column.top_values[0].text!r}.", label, column.count
        )
    yield from _of_day_order(column)
    yield from _of_commas(column)
    yield from _of_texts(column)


def _of_day_order(column: ColumnProfile) -> Iterator[Finding]:
    label, order = column.label, column.moments.day_order if column.moments else None
    if order and order.ambiguous:
        message = "No date says whether day or month comes first; they are read day first."
        yield Finding("ambiguous_day_order", WARNING, message, label, order.either)
    if order and order.day_first and order.month_first:
        message = (
            f"{counted(order.day_first, 'date is', 'dates are')} day first and "
            f"{counted(order.month_first, 'is', 'are')} month first."
        )
        yield Finding("mixed_day_order", WARNING, message, label, min(order.day_first, order.month_first))


def _of_commas(column: ColumnProfile) -> Iterator[Finding]:
    either = column.kinds.get("decimal_comma3", 0)
    if column.numbers and either and not any(column.kinds.get(kind) for kind in DECIDING):
        message = "No number says whether a comma groups or is the decimal one; 1,234 is read as 1234."
        yield Finding("ambiguous_decimal", NOTE, message, column.label, either)


def _of_texts(column: ColumnProfile) -> Iterator[Finding]:
    if column.zero_padded_codes and column.type == "string":
        message = (
            f"{counted(column.zero_padded_codes, 'cell is', 'cells are')} digits with leading zeros: "
            "the column is kept as text."
        )
        yield Finding("zero_padded_codes", NOTE, message, column.label, column.zero_padded_codes)
    for token, count in column.placeholders_kept.items():
        message = (
            f"{counted(count, 'cell is', 'cells are')} {token!r}, "
            "which may stand for a missing value; here it is a value."
        )
        yield Finding("possible_missing_token", NOTE, message, column.label, count)
    if column.texts and column.texts.padded:
        message = f"{counted(column.texts.padded, 'cell has', 'cells have')} blanks around the text."
        yield Finding("padded_cells", NOTE, message, column.label, column.texts.padded)


def counted(count: int, singular: str, plural: str) -> str:
    """Say how many there are of something."""
    return f"{count:,} {singular if count == 1 else plural}"
