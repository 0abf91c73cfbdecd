"""Check the cells of one field: the judge of every cell that the scanner does not pass by itself."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sluice.contracts.contract import Contract, Field
from sluice.contracts.field_types import Read, reader
from sluice.contracts.patterns import automaton

NOUNS = {
    "integer": "an integer", "number": "a number", "boolean": "a boolean", "object": "a JSON object",
    "array": "a JSON array", "any": "a value",
}  # fmt: skip
DATES = {"date": "%Y-%m-%d", "time": "%H:%M:%S", "datetime": "%Y-%m-%dT%H:%M:%SZ"}  # default formats
EXAMPLE = datetime(2026, 12, 31, 18, 30, tzinfo=UTC)  # no two of its parts can be mistaken for each other
Fault = tuple[str, str]  # code and message
Test = Callable[[str, Any], bool]


@dataclass(frozen=True, slots=True)
class FieldCheck:
    """Tells what is wrong with a cell's text; *read* and *tests* take texts that are not missing."""

    field: Field
    missing_values: frozenset[str]
    read: Read
    tests: tuple[tuple[Fault, Test], ...]

    @property
    def required(self) -> Fault | None:
        """The fault of a missing cell."""
        return ("required", "has no value") if self.field.constraints.required else None

    def is_missing(self, text: str) -> bool:
        """Tell whether *text* stands for no value."""
        return text in self.missing_values

    def faults(self, text: str) -> tuple[Fault, ...]:
        """Return what is wrong with a cell; where the type is wrong, nothing else is said."""
        if self.is_missing(text):
            return (self.required,) if self.required else ()
        try:
            value = self.read(text)
        except ValueError:
            return (("type", f"is not {_noun(self.field)}"),)
        return tuple(fault for fault, passes in self.tests if not passes(text, value))


def field_check(field: Field, contract: Contract) -> FieldCheck:
    """Return the check of *field*; the fields of a primary key are required."""
    if field.name in contract.primary_key:
        field = replace(field, constraints=replace(field.constraints, required=True))
    return FieldCheck(field, frozenset(contract.missing_values), reader(field), tuple(_tests(field)))


def _noun(field: Field) -> str:
    if field.type == "string":
        return {"email": "an email address", "uri": "a URI", "uuid": "a UUID", "binary": "base64"}[
            field.format
        ]
    if field.type in DATES:
        written = DATES[field.type] if field.format == "default" else field.format
        return f"a {field.type} such as {EXAMPLE.strftime(written)}"
    return NOUNS.get(field.type, f"a {field.type}")


def _tests(field: Field) -> Iterator[tuple[Fault, Test]]:
    limits = field.constraints
    if limits.minimum is not None:
        yield (
            ("minimum", f"is below {limits.minimum}"),
            lambda _, value: _is(value) and value >= limits.minimum,
        )
    if limits.maximum is not None:
        yield (
            ("maximum", f"is above {limits.maximum}"),
            lambda _, value: _is(value) and value <= limits.maximum,
        )
    if limits.min_length is not None:
        least = limits.min_length
        yield ("min-length", f"is shorter than {least:,}"), lambda _, value: len(value) >= least
    if limits.max_length is not None:
        most = limits.max_length
        yield ("max-length", f"is longer than {most:,}"), lambda _, value: len(value) <= most
    if limits.pattern is not None:
        matches = automaton(limits.pattern).matches
        yield ("pattern", f"does not match {limits.pattern}"), lambda text, _: matches(text)
    if limits.enum is not None:
        values = set(limits.enum)
        yield ("enum", "is none of the values that are allowed"), lambda _, value: value in values


def _is(value: Any) -> bool:
    """Tell whether *value* can be compared: NaN is neither above nor below any bound."""
    return bool(value == value)  # noqa: PLR0124
