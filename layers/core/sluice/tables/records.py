"""Frozen dataclasses to JSON-ready values and back."""

import types
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

Record = TypeVar("Record")


def to_json(value: Any) -> Any:
    """Return *value* with its dataclasses as dictionaries and its tuples as lists."""
    if is_dataclass(value):
        return {field.name: to_json(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, dict):
        return {key: to_json(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_json(item) for item in value]
    return value


def from_json(kind: type[Record], data: Any) -> Record:
    """
    Rebuild a dataclass from what to_json made of it.

    Keys that this release does not know are passed over, keys that are lacking take the field's default, so
    that neighbouring releases read each other's documents. Raises KeyError or TypeError for anything else.
    """
    rebuilt: Record = _rebuild(kind, data)
    return rebuilt


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _rebuild(kind: Any, data: Any) -> Any:
    if data is None:
        return None
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        records = [argument for argument in arguments if is_dataclass(argument)]
        return _rebuild(records[0], data) if records and isinstance(data, dict) else data
    if origin is tuple:
        return tuple(_rebuild(arguments[0], item) for item in data)
    if origin is dict:
        return {key: _rebuild(arguments[1], item) for key, item in data.items()}
    if is_dataclass(kind):
        hints = _hints(kind)  # type: ignore[arg-type]
        return kind(**{name: _rebuild(hints[name], data[name]) for name in hints if name in data})  # type: ignore[operator]
    return data
