"""Turn values into DynamoDB's typed attributes, and back."""

from collections.abc import Mapping
from decimal import Context, Decimal
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

# A number in DynamoDB has 38 digits and a magnitude from 1E-130 to 9.9E+125.
# Source: Amazon DynamoDB developer guide, "Supported data types".
_DIGITS = Context(prec=38)
_LARGEST_EXPONENT = 125
_serializer = TypeSerializer()
_deserialize = TypeDeserializer().deserialize


def attribute(value: Any) -> dict[str, Any]:
    """Return *value* as a typed attribute; a number that DynamoDB cannot hold becomes text."""
    return dict(_serializer.serialize(_storable(value)))


def typed(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of an item as typed attributes."""
    return {name: attribute(value) for name, value in values.items()}


def values_of(item: Mapping[str, Any], kind: type) -> dict[str, Any]:
    """Return the attributes of an item that a record of this release has, as plain values."""
    names = kind.__slots__  # type: ignore[attr-defined]
    return {name: _deserialize(item[name]) for name in names if name in item}


def facts_of(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return all attributes of an item, JSON-ready."""
    return {name: json_ready(_deserialize(value)) for name, value in item.items()}


def json_ready(value: Any) -> Any:
    """Turn the numbers and sets that boto3 reads from an item into what JSON has."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dict):
        return {name: json_ready(each) for name, each in value.items()}
    if isinstance(value, list | set):
        return [json_ready(each) for each in value]
    return value


def _storable(value: Any) -> Any:
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, Mapping):
        return {str(name): _storable(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_storable(item) for item in value]
    return str(value)


def _number(value: float) -> Decimal | str:
    number = _DIGITS.create_decimal(repr(value))
    if not number.is_finite() or abs(number.adjusted()) > _LARGEST_EXPONENT:
        return repr(value)
    return number
