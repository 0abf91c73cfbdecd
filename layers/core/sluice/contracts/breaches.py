"""Places where a table breaks its contract: a bounded number of them, counted exactly."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

BREACHES_PER_CODE = 100  # and column
BREACHES_KEPT = 1_000
TEXT_KEPT = 120  # characters of a cell


@dataclass(frozen=True, slots=True)
class Breach:
    """
    One place: *row* as a spreadsheet numbers it, *column* a label; None where there is none.

    *message* completes a sentence about the cell, the row or the table; *cell* is the beginning of its text.
    """

    code: str
    message: str
    row: int | None = None
    column: str | None = None
    cell: str | None = None
    byte_offset: int | None = None


@dataclass(slots=True)
class Breaches:
    """The first breaches of each code and column, with totals by code and by code and column."""

    totals: Counter[str] = field(default_factory=Counter)
    by_column: Counter[tuple[str, str]] = field(default_factory=Counter)
    kept: list[Breach] = field(default_factory=list)
    _kept_of: Counter[tuple[str, str | None]] = field(default_factory=Counter)

    def wants(self, code: str, column: str | None) -> bool:
        """Tell whether one more breach of *code* in *column* would be kept."""
        return self._kept_of[code, column] < BREACHES_PER_CODE and len(self.kept) < BREACHES_KEPT

    def count(self, code: str, column: str | None, number: int = 1) -> None:
        """Count breaches."""
        self.totals[code] += number
        if column is not None:
            self.by_column[code, column] += number

    def keep(self, breach: Breach) -> None:
        """Keep a breach that is counted elsewhere, if it is wanted."""
        if self.wants(breach.code, breach.column):
            self._kept_of[breach.code, breach.column] += 1
            self.kept.append(breach)

    def add(self, breach: Breach) -> None:
        """Count a breach, and keep it if it is wanted."""
        self.count(breach.code, breach.column)
        self.keep(breach)


def shortened(text: str) -> str:
    """Return the beginning of a cell's text."""
    return text if len(text) <= TEXT_KEPT else f"{text[: TEXT_KEPT - 1]}…"


def in_order(breaches: list[Breach], tolerated: Callable[[Breach], bool]) -> list[Breach]:
    """Return *breaches* as they lie in the table, those of the whole table first, *tolerated* ones last."""
    return sorted(breaches, key=lambda breach: (tolerated(breach), breach.row or 0, breach.code))
