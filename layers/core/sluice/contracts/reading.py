"""Read a contract from its JSON document; one that is wrong is refused with the place of each fault."""

from collections.abc import Container, Mapping, Sequence
from typing import Any

from sluice.contracts.check_reading import read_checks
from sluice.contracts.contract import DEFAULT_MISSING, Contract
from sluice.contracts.field_reading import DESCRIPTIVE, read_fields
from sluice.contracts.value_reading import ValueReading
from sluice.rules.versions import Problem

MOST_MISSING_VALUES = 100


class ContractRefusedError(Exception):
    """A document is no contract; *faults* are pairs of a JSON path and a sentence."""

    def __init__(self, faults: Sequence[tuple[str, str]]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{path}: {message}" for path, message in faults))


def read_contract(document: Any) -> Contract:
    """
    Return the contract of *document*: `{"schema": {...}, "checks": {...}}`, or a Table Schema alone.

    Raises ContractRefusedError with every fault that was found.
    """
    reading = ValueReading()
    contract = _contract(reading, document)
    if reading.faults:
        raise ContractRefusedError(reading.faults)
    return contract


def contract_problems(document: Any) -> Sequence[Problem]:
    """Return what is wrong with a document, for the editor of contracts."""
    try:
        read_contract(document)
    except ContractRefusedError as error:
        return [Problem(path, message) for path, message in error.faults]
    return []


def _contract(reading: ValueReading, document: Any) -> Contract:
    known = {"schema", "checks"} | DESCRIPTIVE
    if isinstance(document, Mapping) and "fields" in document:
        schema, path, checks = document, "$", {}
    else:
        document = reading.object("$", document, known)
        schema, path, checks = document.get("schema"), "$.schema", document.get("checks", {})
    schema = reading.object(path, schema, {"fields", "primaryKey", "missingValues"} | DESCRIPTIVE)
    fields = read_fields(reading, f"{path}.fields", schema.get("fields"))
    by_name = {field.name: field for field in fields}
    return Contract(
        fields,
        _primary_key(reading, f"{path}.primaryKey", schema.get("primaryKey", []), by_name),
        _missing_values(reading, f"{path}.missingValues", schema.get("missingValues", list(DEFAULT_MISSING))),
        read_checks(reading, "$.checks", checks, by_name),
    )


def _missing_values(reading: ValueReading, path: str, value: Any) -> tuple[str, ...]:
    texts = reading.texts(path, value)
    if len(texts) > MOST_MISSING_VALUES:
        reading.fault(path, f"holds more than {MOST_MISSING_VALUES:,} texts")
    return texts


def _primary_key(reading: ValueReading, path: str, value: Any, names: Container[str]) -> tuple[str, ...]:
    listed = [value] if isinstance(value, str) else value
    for i, name in enumerate(reading.texts(path, listed)):
        place = path if isinstance(value, str) else f"{path}[{i}]"
        if name not in names:
            reading.fault(place, f"names no field: {name!r}")
        elif name in listed[:i]:
            reading.fault(place, f"repeats {name!r}")
    return tuple(listed) if isinstance(listed, list) else ()
