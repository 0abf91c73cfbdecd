"""Observe the cells of one column as they stream by."""

import math
from collections import Counter

from sluice.cells import cell_type, is_missing
from sluice.tables import DOMINANCE, ColumnProfile, InvalidCell

EXAMPLES = 5  # invalid cells kept per column; their count is always exact
EXAMPLE_CHARACTERS = 80  # of an invalid cell's text

# A column of mixed kinds has the first type whose kinds together dominate.
KINDS = (
    ("int", frozenset({"int"})),
    ("float", frozenset({"int", "float"})),
    ("bool", frozenset({"bool"})),
    ("date", frozenset({"date"})),
    ("datetime", frozenset({"date", "datetime"})),
)


class Column:
    """Counts per kind of cell, and what is needed for numbers; its size does not grow with the rows."""

    def __init__(self, label: str) -> None:
        self.label = label
        self.kinds: Counter[str] = Counter()
        self.missing = 0
        self.examples: dict[str, list[InvalidCell]] = {}
        self.minimum, self.maximum = math.inf, -math.inf
        self.total = 0.0

    def observe(self, text: str, *, row: int) -> None:
        """Take in the cell of one row."""
        if is_missing(text):
            self.missing += 1
            return
        kind = cell_type(text)
        self.kinds[kind] += 1
        if kind in ("int", "float"):
            self._observe_number(float(text))
        examples = self.examples.setdefault(kind, [])
        if len(examples) < EXAMPLES:
            examples.append(InvalidCell(row, text[:EXAMPLE_CHARACTERS]))

    def _observe_number(self, number: float) -> None:
        self.minimum = min(self.minimum, number)
        self.maximum = max(self.maximum, number)
        self.total += number

    def profile(self) -> ColumnProfile:
        """Return what all cells observed so far say together."""
        present = self.kinds.total()
        name, valid_kinds = self._type(present)
        valid = sum(self.kinds[kind] for kind in valid_kinds)
        invalid = [cell for kind, cells in self.examples.items() if kind not in valid_kinds for cell in cells]
        examples = tuple(sorted(invalid, key=lambda cell: cell.row)[:EXAMPLES])
        numbers = self.kinds["int"] + self.kinds["float"]
        statistics = self._statistics(numbers, whole=name == "int") if name in ("int", "float") else {}
        return ColumnProfile(self.label, name, valid, self.missing, present - valid, examples, **statistics)

    def _type(self, present: int) -> tuple[str, frozenset[str]]:
        for name, kinds in KINDS:
            fitting = sum(self.kinds[kind] for kind in kinds)
            wider = name == "int" and self.kinds["float"]
            if present and fitting >= DOMINANCE * present and not wider:
                return name, kinds
        return "string", frozenset(self.kinds)

    def _statistics(self, numbers: int, *, whole: bool) -> dict[str, float]:
        as_number = int if whole else float
        return {
            "minimum": as_number(self.minimum),
            "maximum": as_number(self.maximum),
            "average": self.total / numbers,
        }
