"""What differs between two profiles of one dataset."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Any

from sluice.tables.profiles import TableProfile

LEAST_DIFFERENCE = 0.05  # of a share, before it is worth a word
STANDARD_ERRORS = 3  # by which two shares differ beyond chance

Change = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ColumnFigures:
    """What is compared of a column: *missing* is a share of the rows, *invalid* of the values."""

    label: str
    type: str
    missing: float
    invalid: float
    values: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What is compared of a profile; JSON-ready by records.to_json."""

    rows: int
    columns: tuple[ColumnFigures, ...]


def figures_of(profile: TableProfile) -> Figures:
    """Return what a later profile of the dataset is compared with."""
    columns = (
        ColumnFigures(
            column.label,
            column.type,
            round(column.missing.percentage / 100, 6),
            round(column.invalid.percentage / 100, 6),
            column.count,
        )
        for column in profile.columns
    )
    return Figures(profile.row_count, tuple(columns))


def changes_between(before: Figures, after: Figures) -> tuple[Change, ...]:
    """
    Return the changes, column by column in the order of the table.

    A column without a single value has no type that could have changed. Of columns that share a label the
    first is compared.
    """
    old, new = _by_label(before.columns), _by_label(after.columns)
    added = (
        _change("column_added", name, None, new[name].type, f"Column {name!r} is new.")
        for name in new
        if name not in old
    )
    removed = (
        _change("column_removed", name, old[name].type, None, f"Column {name!r} is gone.")
        for name in old
        if name not in new
    )
    kept = (
        change
        for name in new
        if name in old
        for change in _of_column(old[name], new[name], before.rows, after.rows)
    )
    return (*added, *removed, *kept)


def _by_label(columns: Iterable[ColumnFigures]) -> Mapping[str, ColumnFigures]:
    return {column.label: column for column in reversed(tuple(columns))}


def _of_column(old: ColumnFigures, new: ColumnFigures, rows: int, new_rows: int) -> Iterator[Change]:
    if old.type != new.type and old.values and new.values:
        message = f"Column {new.label!r} is {new.type}; it was {old.type}."
        yield _change("column_retyped", new.label, old.type, new.type, message)
    if _differ(old.missing, new.missing, rows, new_rows):
        yield _share("missing", new.label, old.missing, new.missing)
    if old.type == new.type and _differ(old.invalid, new.invalid, old.values, new.values):
        yield _share("invalid", new.label, old.invalid, new.invalid)


def _share(what: str, label: str, before: float, after: float) -> Change:
    message = f"In column {label!r} {after:.1%} of the cells are {what}; it was {before:.1%}."
    return _change(f"{what}_share_changed", label, before, after, message)


def _change(kind: str, label: str, before: Any, after: Any, message: str) -> Change:
    return {"change": kind, "column": label, "from": before, "to": after, "message": message}


def _differ(before: float, after: float, count: int, new_count: int) -> bool:
    """Tell whether two shares differ by enough to matter, and by more than chance (two-proportion z)."""
    if not count or not new_count or abs(after - before) < LEAST_DIFFERENCE:
        return False
    pooled = (before * count + after * new_count) / (count + new_count)
    error = sqrt(pooled * (1 - pooled) * (1 / count + 1 / new_count))
    return abs(after - before) > STANDARD_ERRORS * error
