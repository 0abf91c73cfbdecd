"""The types of Table Schema: how the text of a cell is read as a value."""

import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sluice.contracts.contract import Field
from sluice.contracts.lexical_forms import LEXICAL

Read = Callable[[str], Any]
FORMATS: dict[str, tuple[str, ...]] = {
    "string": ("default", "email", "uri", "uuid", "binary"),
    "number": ("default",), "integer": ("default",), "boolean": ("default",), "any": ("default",),
    "object": ("default",), "array": ("default",), "year": ("default",), "yearmonth": ("default",),
    "date": ("default",), "time": ("default",), "datetime": ("default",), "duration": ("default",),
}  # fmt: skip
DATED = ("date", "time", "datetime")  # their format may also be one of strptime
ORDERED = ("integer", "number", "date", "time", "datetime", "year", "yearmonth")
BLANKS = " \t"  # around a value of any type but string they do not matter
_AFFIXED = re.compile(r"[^0-9.+-]*(?P<number>[+-]?[0-9.].*?)[^0-9]*")
_COMPILED = {name: re.compile(pattern) for name, pattern in LEXICAL.items()}


def reader(field: Field) -> Read:
    """Return what reads a cell of *field*; it raises ValueError for a text that is none of its type."""
    if field.type in ("string", "any"):
        return _text if field.format == "default" or field.type == "any" else _shaped(field.format)
    read = _typed(field)
    return lambda text: read(text.strip(BLANKS))


def _typed(field: Field) -> Read:
    if field.type in DATED and field.format != "default":
        return _formatted(field.type, field.format)
    if field.type in ("integer", "number"):
        return _numeric(field)
    if field.type == "boolean":
        return _boolean(field)
    return {
        "date": _date, "time": _shaped("time"), "datetime": _datetime, "year": _shaped("year"),
        "yearmonth": _shaped("yearmonth"), "duration": _shaped("duration"),
        "object": _json(dict), "array": _json(list),
    }[field.type]  # fmt: skip


def _text(text: str) -> str:
    return text


def _shaped(name: str) -> Read:
    pattern = _COMPILED[name]

    def read(text: str) -> str:
        if not pattern.fullmatch(text):
            raise ValueError(text)
        return text

    return read


def _numeric(field: Field) -> Read:
    plain, kind = _COMPILED[field.type], int if field.type == "integer" else _decimal

    def read(text: str) -> Any:
        if not field.bare_number:
            found = _AFFIXED.fullmatch(text)
            text = found["number"] if found else ""
        if field.group_char:
            text = text.replace(field.group_char, "")
        if field.decimal_char != ".":
            text = text.replace(".", " ").replace(field.decimal_char, ".")
        if not plain.fullmatch(text):
            raise ValueError(text)
        return kind(text)

    return read


def _decimal(text: str) -> Decimal:
    return Decimal(text.replace("INF", "Infinity"))


def _boolean(field: Field) -> Read:
    values = dict.fromkeys(field.false_values, False) | dict.fromkeys(field.true_values, True)

    def read(text: str) -> bool:
        if text not in values:
            raise ValueError(text)
        return values[text]

    return read


def _date(text: str) -> date:
    return date.fromisoformat(_shaped("date")(text))


def _datetime(text: str) -> datetime:
    """Read a moment; without a zone it is in UTC."""
    shaped: str = _shaped("datetime")(text)
    whole, point, rest = shaped.partition(".")
    if point:
        digits = re.match("[0-9]*", rest)[0]  # type: ignore[index] # it matches anything
        shaped = f"{whole}.{digits[:6]:0<6}{rest[len(digits) :]}"
    moment = datetime.fromisoformat(shaped)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _formatted(kind: str, pattern: str) -> Read:
    def read(text: str) -> Any:
        moment = datetime.strptime(text, pattern)  # noqa: DTZ007 - its zone follows
        if kind == "date":
            return moment.date()
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return moment if kind == "datetime" else moment.timetz()

    return read


def _json(kind: type) -> Read:
    def read(text: str) -> Any:
        try:
            value = json.loads(text)
        except RecursionError as error:
            raise ValueError(text) from error
        if not isinstance(value, kind):
            raise ValueError(text)  # noqa: TRY004 - a fault of the text
        return value

    return read
