"""What is found out about a table: its columns, and where its cells break the pattern of their column."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

DOMINANCE = 0.9  # share of a column's present cells that must parse as a type for the column to have it


@dataclass(frozen=True, slots=True)
class Fault:
    """What keeps a file from being read as a table, and where."""

    message: str
    row: int | None
    """As a spreadsheet numbers it: the header is row 1."""


@dataclass(frozen=True, slots=True)
class InvalidCell:
    """A cell that does not parse as the type of its column."""

    row: int
    text: str


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """One column of a table."""

    label: str
    type: str
    count: int
    """Cells that are neither missing nor invalid."""
    missing: int
    invalid: int
    invalid_examples: tuple[InvalidCell, ...] = ()
    minimum: int | float | None = None
    maximum: int | float | None = None
    average: float | None = None


@dataclass(frozen=True, slots=True)
class TableProfile:
    """A whole table, or what was read of it before its fault."""

    row_count: int
    columns: tuple[ColumnProfile, ...]
    ragged_rows: int = 0
    """Rows with more or fewer cells than the header has labels."""
    fault: Fault | None = None

    def facts(self) -> dict[str, Any]:
        """Return the attributes of the catalogue item that describe a table."""
        return {
            "row_count": self.row_count,
            "schema": {column.label: column.type for column in self.columns},
            "statistics": {
                column.label: _statistics(column) for column in self.columns if column.minimum is not None
            },
            "quality_issues": self._quality_issues(),
        }

    def _quality_issues(self) -> dict[str, Any]:
        missing = {c.label: _share(c.missing, self.row_count) for c in self.columns if c.missing}
        invalid = {
            c.label: _share(c.invalid, self.row_count)
            | {"examples": [_example(e) for e in c.invalid_examples]}
            for c in self.columns
            if c.invalid
        }
        return {
            "total_rows": self.row_count,
            "has_issues": bool(missing or invalid or self.ragged_rows or self.fault),
            "missing_values": missing,
            "invalid_values": invalid,
            "ragged_rows": self.ragged_rows,
        }


def _statistics(column: ColumnProfile) -> dict[str, Any]:
    return {"min": column.minimum, "max": column.maximum, "avg": column.average, "count": column.count}


def _share(count: int, rows: int) -> dict[str, Any]:
    return {"count": count, "percentage": round(100 * count / rows, 2) if rows else 0.0}


def _example(cell: InvalidCell) -> Mapping[str, Any]:
    return {"row": cell.row, "text": cell.text}
