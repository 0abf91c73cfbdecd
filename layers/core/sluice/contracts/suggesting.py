"""Propose a contract from a table's profile: what holds for this table, and seems to hold on purpose."""

from collections.abc import Mapping
from math import ceil
from typing import Any

from sluice.contracts.type_suggesting import Document, type_of
from sluice.contracts.verdicts import Verdict
from sluice.tables.columns import ColumnProfile
from sluice.tables.profiles import TableProfile

MOST_ENUM = 20  # different texts of a column that still look like a list of choices
TIMES_MET = 5  # how often each of them is met on average
LEAST_KEY_ROWS = 20  # fewer rows without repetition are no evidence of a key
SHARE_PLACES = 100  # shares are rounded up to whole percents
MOST_INVALID = 0.1  # of a column's values; with more of them the type was a wrong guess


def suggest(profile: TableProfile) -> Document:
    """
    Return the document of a contract for tables like this one.

    Columns that share a label, or have none, are left out, and extra columns are then allowed. Raises
    ValueError for a table that could not be read.
    """
    if profile.fault or not profile.columns:
        raise ValueError(profile.fault.message if profile.fault else "The table has no columns.")
    columns = [
        column for column in profile.columns if column.label and column.label not in profile.duplicate_labels
    ]
    schema: Document = {"fields": [_field(column, profile) for column in columns]}
    tokens = {token for column in columns for token in column.missing.tokens}
    schema["missingValues"] = sorted({""} | tokens)
    if key := _primary_key(columns, profile):
        schema["primaryKey"] = key
    checks: Document = {"rows": {"minimum": 1}}
    lacking = [column for column in columns if column.missing.count and not column.empty]
    if lacking:
        checks["missing"] = {column.label: _allowed(column.missing.percentage / 100) for column in lacking}
    if not profile.dialect or not profile.dialect.header:
        checks["header"] = False
    if len(columns) < len(profile.columns):
        checks["extraColumns"] = "allow"
    return {"schema": schema, "checks": checks}


def loosened(document: Mapping[str, Any], verdict: Verdict, profile: TableProfile) -> Document:
    """
    Return *document* without what the very table that it was made from breaks.

    A few invalid cells are allowed as a share; a column with many becomes one of any text.
    """
    counts = {column.label: column.count for column in profile.columns}
    fields = [dict(field) for field in document["schema"]["fields"]]
    checks = dict(document["checks"])
    schema = dict(document["schema"]) | {"fields": fields}
    for place, field in enumerate(fields):
        broken = verdict.invalid.get(field["name"], 0) / max(counts[field["name"]], 1)
        if broken > MOST_INVALID:
            fields[place] = {"name": field["name"], "type": "string"}
            checks.get("invalid", {}).pop(field["name"], None)
        elif broken:
            checks["invalid"] = checks.get("invalid", {}) | {field["name"]: _allowed(broken)}
    if "primary-key" in verdict.totals or "required" in verdict.totals:
        schema.pop("primaryKey", None)
        schema["fields"] = [_without_required(field) for field in fields]
    if "missing-share" in verdict.totals:
        checks.pop("missing", None)
    return {"schema": schema, "checks": checks}


def _without_required(field: Document) -> Document:
    constraints = field.get("constraints", {})
    return field | {"constraints": {name: constraints[name] for name in constraints if name != "required"}}


def _field(column: ColumnProfile, profile: TableProfile) -> Document:
    field: Document = {"name": column.label} | type_of(column)
    constraints = _constraints(column, field["type"], profile.row_count)
    return field | ({"constraints": constraints} if constraints else {})


def _constraints(column: ColumnProfile, kind: str, rows: int) -> Document:
    found: Document = {}
    if rows and not column.missing.count:
        found["required"] = True
    if kind in ("integer", "number") and column.numbers and column.numbers.min >= 0:
        found["minimum"] = 0
    if kind == "string" and column.texts:
        found |= _of_text(column)
    return found


def _of_text(column: ColumnProfile) -> Document:
    few = column.top_values_exact and column.distinct.count <= min(MOST_ENUM, len(column.top_values))
    whole = not any(value.truncated for value in column.top_values)
    if few and whole and column.distinct.count * TIMES_MET <= column.count:
        return {"enum": sorted(value.text for value in column.top_values)}
    texts = column.texts
    codes = column.zero_padded_codes and set(column.kinds) <= {"code", "int"}
    if codes and texts and texts.min_length == texts.max_length and not texts.padded:
        return {"pattern": f"[0-9]{{{texts.min_length}}}"}
    return {}


def _primary_key(columns: list[ColumnProfile], profile: TableProfile) -> str | None:
    """Return the first column that can be the key, of a type that keys have."""
    fits = (
        column.label
        for column in columns
        if column.label in profile.candidate_keys and column.type in ("int", "string", "uuid")
    )
    return next(fits, None) if profile.row_count >= LEAST_KEY_ROWS else None


def _allowed(share: float) -> float:
    """Return a share that leaves some room above what was met."""
    return min(ceil(round(share * 1.5 * SHARE_PLACES, 6)) / SHARE_PLACES, 1.0)
