"""Propose the type of a field from the profile of its column."""

from typing import Any

from sluice.contracts.field_types import FORMATS
from sluice.tables.columns import ColumnProfile

ISO_MOMENTS = {"%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%dT%H:%M:%S.%f%z"}
DEFAULT_FORMATS = {"date": {"%Y-%m-%d"}, "time": {"%H:%M:%S"}, "datetime": ISO_MOMENTS}
TEXTS = {"uuid": "uuid", "email": "email", "url": "uri"}
TRUE = ("true", "yes", "on", "t", "y")
FALSE = ("false", "no", "off", "f", "n")

Document = dict[str, Any]


def type_of(column: ColumnProfile) -> Document:
    """Return what a field says of its type: `type`, and what goes with it."""
    if column.type == "int":
        return {"type": "integer"}
    if column.type in ("float", "decimal"):
        return _number(column)
    if column.type == "bool":
        return _boolean(column)
    if column.moments:
        return _moment(column)
    if column.type in TEXTS:
        return {"type": "string", "format": TEXTS[column.type]}
    return {"type": "string"}


def _number(column: ColumnProfile) -> Document:
    numbers = column.numbers
    if numbers is None:
        return {"type": "number"}
    field: Document = {"type": "number"}
    if numbers.decimal_separator == ",":
        field["decimalChar"] = ","
    if "grouping" in numbers.marks:
        field["groupChar"] = "." if numbers.decimal_separator == "," else ","
    if set(numbers.marks) - {"grouping", "exponent", "parentheses"}:
        field["bareNumber"] = False
    return field


def _boolean(column: ColumnProfile) -> Document:
    spelled = [value.text.strip() for value in column.top_values]
    true = [text for text in spelled if text.lower() in TRUE]
    false = [text for text in spelled if text.lower() in FALSE]
    plain = {text.lower() for text in true + false} <= {"true", "false"}
    return {"type": "boolean"} | ({} if plain else {"trueValues": true, "falseValues": false})


def _moment(column: ColumnProfile) -> Document:
    formats = set(column.moments.formats) if column.moments else set()
    kind = column.type
    if formats <= DEFAULT_FORMATS.get(kind, set()):
        return {"type": kind}
    if len(formats) == 1 and kind in FORMATS:
        return {"type": kind, "format": formats.pop()}
    return {"type": "string"}
