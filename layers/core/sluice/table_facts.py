"""What the catalogue keeps of a table's profile."""

from typing import Any

from sluice.columns import ColumnProfile, Example
from sluice.profiles import TableProfile


def facts_of(profile: TableProfile) -> dict[str, Any]:
    """Return the attributes of the catalogue item: row_count, schema, statistics and quality_issues."""
    return {
        "row_count": profile.row_count,
        "schema": {column.label: column.type for column in profile.columns},
        "statistics": {
            column.label: _statistics(column)
            for column in profile.columns
            if column.numbers and column.type in ("int", "float", "decimal")
        },
        "quality_issues": _quality_issues(profile),
    }


def _statistics(column: ColumnProfile) -> dict[str, Any]:
    numbers = column.numbers
    if numbers is None:
        return {}
    return {"min": numbers.min, "max": numbers.max, "avg": numbers.avg, "count": numbers.count}


def _quality_issues(profile: TableProfile) -> dict[str, Any]:
    missing = {
        column.label: {"count": column.missing.count, "percentage": column.missing.percentage}
        for column in profile.columns
        if column.missing.count
    }
    invalid = {column.label: _invalid(column) for column in profile.columns if column.invalid.count}
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
