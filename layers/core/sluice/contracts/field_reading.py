"""Read the fields of a Table Schema."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sluice.contracts.constraint_reading import check_fitting, read_constraints
from sluice.contracts.contract import DEFAULT_FALSE, DEFAULT_TRUE, Field
from sluice.contracts.field_types import DATED, FORMATS
from sluice.contracts.value_reading import ValueReading

MOST_FIELDS = 5_000
LONGEST_NAME = 1_000
DESCRIPTIVE = {"title", "description", "example", "rdfType", "$schema", "name", "profile"}
FIELD_KEYS = DESCRIPTIVE | {
    "type", "format", "constraints", "decimalChar", "groupChar", "bareNumber", "trueValues", "falseValues",
}  # fmt: skip


def read_fields(reading: ValueReading, path: str, value: Any) -> tuple[Field, ...]:
    """Return the fields, whose names differ."""
    if not isinstance(value, list) or not 0 < len(value) <= MOST_FIELDS:
        reading.fault(path, f"is not an array of 1 to {MOST_FIELDS:,} fields")
        return ()
    fields = [_field(reading, f"{path}[{i}]", item) for i, item in enumerate(value)]
    seen: set[str] = set()
    for i, field in enumerate(fields):
        if field.name and field.name in seen:
            reading.fault(f"{path}[{i}].name", f"repeats the name {field.name!r}")
        seen.add(field.name)
    return tuple(fields)


def _field(reading: ValueReading, path: str, value: Any) -> Field:
    value = reading.object(path, value, FIELD_KEYS)
    name, kind = value.get("name"), value.get("type", "string")
    if not isinstance(name, str) or not 0 < len(name) <= LONGEST_NAME:
        reading.fault(f"{path}.name", f"is not a string of 1 to {LONGEST_NAME:,} characters")
        name = ""
    if not isinstance(kind, str) or kind not in FORMATS:
        reading.fault(f"{path}.type", f"is none of {', '.join(FORMATS)}")
        return Field(name)
    check_fitting(reading, path, value, kind)
    field = Field(
        name,
        kind,
        _format(reading, f"{path}.format", kind, value.get("format", "default")),
        decimal_char=reading.character(f"{path}.decimalChar", value.get("decimalChar", "."), least=1),
        group_char=reading.character(f"{path}.groupChar", value.get("groupChar", "")),
        bare_number=reading.truth(f"{path}.bareNumber", value.get("bareNumber", True)),
        true_values=reading.texts(f"{path}.trueValues", value.get("trueValues", list(DEFAULT_TRUE))),
        false_values=reading.texts(f"{path}.falseValues", value.get("falseValues", list(DEFAULT_FALSE))),
    )
    _check_apart(reading, path, field)
    constraints = read_constraints(reading, f"{path}.constraints", value.get("constraints", {}), field)
    return replace(field, constraints=constraints)


def _check_apart(reading: ValueReading, path: str, field: Field) -> None:
    if field.group_char and field.group_char == field.decimal_char:
        reading.fault(f"{path}.groupChar", "is the decimalChar too")
    for i, text in enumerate(field.true_values):
        if text in field.false_values and field.type == "boolean":
            reading.fault(f"{path}.trueValues[{i}]", "is among the falseValues too")


def _format(reading: ValueReading, path: str, kind: str, value: Any) -> str:
    if not isinstance(value, str):
        reading.fault(path, "is not a string")
    elif value in FORMATS[kind]:
        return value
    elif kind in DATED and "%" in value:
        if not _works(value):
            reading.fault(path, "is no format of strptime that reads what it writes")
        return value
    else:
        more = " or a format of strptime such as %d.%m.%Y" if kind in DATED else ""
        reading.fault(path, f"is none of {', '.join(FORMATS[kind])}{more}")
    return "default"


def _works(pattern: str) -> bool:
    """Tell whether strptime reads what strftime writes with this format."""
    moment = datetime(2001, 12, 31, 23, 58, 59, tzinfo=UTC)
    try:
        datetime.strptime(moment.strftime(pattern), pattern)  # noqa: DTZ007
    except (ValueError, UnicodeError):
        return False
    return True
