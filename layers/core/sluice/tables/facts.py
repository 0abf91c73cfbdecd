"""What the catalogue keeps of a table's profile."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, count
from typing import Any

from sluice.tables.column_measures import Numbers
from sluice.tables.columns import ColumnProfile, Example
from sluice.tables.profiles import TableProfile


def facts_of(profile: TableProfile) -> dict[str, Any]:
    """
    Return the attributes of the catalogue item: row_count, schema, statistics and quality_issues.

    Columns are told apart by label: the second `name` is `name (2)`, one without a label is `column 3`.
    """
    columns = dict(zip(_distinct(column.label for column in profile.columns), profile.columns, strict=True))
    return {
        "row_count": profile.row_count,
        "schema": {label: column.type for label, column in columns.items()},
        "statistics": {
            label: _statistics(column.numbers)
            for label, column in columns.items()
            if column.numbers and column.type in ("int", "float", "decimal")
        },
        "quality_issues": _quality_issues(profile, columns),
    }


def _distinct(labels: Iterable[str]) -> Iterator[str]:
    taken: set[str] = set()
    for position, label in enumerate(labels, start=1):
        wanted = label.strip() or f"column {position}"
        candidates = chain([wanted], (f"{wanted} ({number})" for number in count(2)))
        name = next(candidate for candidate in candidates if candidate not in taken)
        taken.add(name)
        yield name


def _statistics(numbers: Numbers) -> dict[str, Any]:
    return {"min": numbers.min, "max": numbers.max, "avg": numbers.avg, "count": numbers.count}


def _quality_issues(profile: TableProfile, columns: Mapping[str, ColumnProfile]) -> dict[str, Any]:
    missing = {
        label: {"count": column.missing.count, "percentage": column.missing.percentage}
        for label, column in columns.items()
        if column.missing.count
    }
    invalid = {label: _invalid(column) for label, column in columns.items() if column.invalid.count}
    ragged = profile.ragged.short + profile.ragged.long
    return {
        "total_rows": profile.row_count,
        "has_issues": bool(missing or invalid or ragged or profile.fault),
        "missing_values": missing,
        "invalid_values": invalid,
        "ragged_rows": ragged,
    }


def _invalid(column: ColumnProfile) -> dict[str, Any]:
    return {
        "count": column.invalid.count,
        "percentage": column.invalid.percentage,
        "examples": [_example(cell) for cell in column.invalid.examples],
    }


def _example(cell: Example) -> dict[str, Any]:
    return {"row": cell.row, "text": cell.text}
