"""Read the checks of a whole table."""

from collections.abc import Mapping
from typing import Any

from sluice.contracts.contract import Field, Freshness, TableChecks
from sluice.contracts.value_reading import ValueReading, is_number

CHECKS = ("rows", "missing", "invalid", "fresh", "extraColumns", "missingColumns", "columnOrder", "header")


def read_checks(reading: ValueReading, path: str, value: Any, fields: Mapping[str, Field]) -> TableChecks:
    """Return the checks; *fields* are those of the table by name."""
    value = reading.object(path, value, set(CHECKS))
    rows = reading.object(f"{path}.rows", value.get("rows", {}), {"minimum", "maximum"})
    least = reading.count(f"{path}.rows.minimum", rows.get("minimum", 0))
    most = reading.count(f"{path}.rows.maximum", rows["maximum"]) if "maximum" in rows else None
    if most is not None and most < least:
        reading.fault(f"{path}.rows.maximum", "is below its lower bound")
    missing = _shares(reading, f"{path}.missing", value.get("missing", {}), fields)
    for name in missing:
        if fields[name].constraints.required:
            reading.fault(f"{path}.missing.{name}", "allows what the field's `required` does not")
    return TableChecks(
        least,
        most,
        missing,
        _shares(reading, f"{path}.invalid", value.get("invalid", {}), fields),
        _fresh(reading, f"{path}.fresh", value["fresh"], fields) if "fresh" in value else None,
        extra_columns=reading.word(path, value, "extraColumns", ("refuse", "allow")) == "allow",
        missing_columns=reading.word(path, value, "missingColumns", ("refuse", "allow")) == "allow",
        ordered=reading.word(path, value, "columnOrder", ("any", "same")) == "same",
        header=reading.truth(f"{path}.header", value.get("header", True)),
    )


def _shares(reading: ValueReading, path: str, value: Any, fields: Mapping[str, Field]) -> dict[str, float]:
    shares = reading.object(path, value, set(fields))
    for name, share in shares.items():
        if not is_number(share) or not 0 <= share <= 1:
            reading.fault(f"{path}.{name}", "is not a share from 0 to 1")
    return {name: share for name, share in shares.items() if name in fields}


def _fresh(reading: ValueReading, path: str, value: Any, fields: Mapping[str, Field]) -> Freshness | None:
    value = reading.object(path, value, {"field", "days"})
    name, days = value.get("field"), value.get("days")
    if not isinstance(name, str) or name not in fields:
        reading.fault(f"{path}.field", "names no field")
    elif fields[name].type not in ("date", "datetime"):
        reading.fault(f"{path}.field", "names a field that is neither date nor datetime")
    if not is_number(days) or not 0 < days <= 36_525:  # noqa: PLR2004 - a century
        reading.fault(f"{path}.days", "is not a number above 0 and at most 36,525")
        return None
    return Freshness(str(name), days)
