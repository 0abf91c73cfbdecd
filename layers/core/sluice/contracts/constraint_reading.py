"""Read the constraints of a field."""

from collections.abc import Mapping
from typing import Any

from sluice.contracts.automata import PatternRefusedError
from sluice.contracts.contract import Constraints, Field
from sluice.contracts.field_types import FORMATS, ORDERED, reader
from sluice.contracts.patterns import automaton
from sluice.contracts.value_reading import ValueReading, is_number

MOST_ENUM = 10_000
SIZED = ("string", "object", "array")
ONLY_FOR = {
    "decimalChar": ("number",), "groupChar": ("number", "integer"), "bareNumber": ("number", "integer"),
    "trueValues": ("boolean",), "falseValues": ("boolean",),
    "minimum": ORDERED, "maximum": ORDERED, "minLength": SIZED, "maxLength": SIZED,
    "pattern": ("string", "any"), "enum": tuple(kind for kind in FORMATS if kind not in ("object", "array")),
}  # fmt: skip
CONSTRAINTS = ("required", "unique", "minimum", "maximum", "minLength", "maxLength", "pattern", "enum")


def read_constraints(reading: ValueReading, path: str, value: Any, field: Field) -> Constraints:
    """Return the constraints of a field that has none yet."""
    value = reading.object(path, value, set(CONSTRAINTS))
    check_fitting(reading, path, value, field.type)
    found: dict[str, Any] = {
        name: reading.truth(f"{path}.{name}", value[name]) for name in ("required", "unique") if name in value
    }
    for name, attribute in (("minLength", "min_length"), ("maxLength", "max_length")):
        if name in value:
            found[attribute] = reading.count(f"{path}.{name}", value[name])
    for name in ("minimum", "maximum"):
        if name in value and field.type in ORDERED:
            found[name] = _value(reading, f"{path}.{name}", value[name], field)
    if "pattern" in value:
        found["pattern"] = _pattern(reading, f"{path}.pattern", value["pattern"])
    if "enum" in value:
        found["enum"] = _enum(reading, f"{path}.enum", value["enum"], field)
    _check_ordered(reading, path, found)
    return Constraints(**found)


def check_fitting(reading: ValueReading, path: str, value: Mapping[str, Any], kind: str) -> None:
    """Fault what is not for fields of this type."""
    for name, kinds in ONLY_FOR.items():
        if name in value and kind not in kinds:
            reading.fault(f"{path}.{name}", f"is for {' or '.join(kinds)}, not for {kind}")


def _check_ordered(reading: ValueReading, path: str, found: Mapping[str, Any]) -> None:
    for least, most, name in (
        ("minimum", "maximum", "maximum"),
        ("min_length", "max_length", "maxLength"),
    ):
        low, high = found.get(least), found.get(most)
        if low is not None and high is not None and high < low:
            reading.fault(f"{path}.{name}", "is below its lower bound")


def _value(reading: ValueReading, path: str, value: Any, field: Field) -> Any:
    """Read a bound or a member of an enum: JSON of the field's type, or a cell's text."""
    try:
        if field.type in ("integer", "number") and not isinstance(value, str | bool):
            field = Field(field.name, field.type)
        text = value if isinstance(value, str) else _as_text(value, field)
        read = reader(field)(text)
    except ValueError:
        reading.fault(path, f"is no {field.type} as the field has it")
        return None
    if read != read:  # noqa: PLR0124 - NaN
        reading.fault(path, "is NaN, which equals nothing")
    return read


def _enum(reading: ValueReading, path: str, value: Any, field: Field) -> tuple[Any, ...]:
    if not isinstance(value, list) or not 0 < len(value) <= MOST_ENUM:
        reading.fault(path, f"is not an array of 1 to {MOST_ENUM:,} values")
        return ()
    return tuple(_value(reading, f"{path}[{i}]", item, field) for i, item in enumerate(value))


def _pattern(reading: ValueReading, path: str, value: Any) -> str | None:
    if not isinstance(value, str):
        reading.fault(path, "is not a string")
        return None
    try:
        automaton(value)
    except PatternRefusedError as error:
        reading.fault(path, str(error))
    return value


def _as_text(value: Any, field: Field) -> str:
    if field.type == "boolean" and isinstance(value, bool):
        return next(iter(field.true_values if value else field.false_values), "")
    if field.type in ("integer", "number", "year") and is_number(value):
        return repr(value)
    raise ValueError(value)
