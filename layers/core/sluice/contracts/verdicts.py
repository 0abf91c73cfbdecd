"""What comes of holding a table against its contract."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sluice.contracts.breaches import Breach
from sluice.rules.references import Reference
from sluice.tables.records import to_json

BREACHES_IN_FACTS = 10


@dataclass(frozen=True, slots=True)
class Verdict:
    """
    What came of holding a table against its contract.

    *totals* counts all breaches by code, *breaches* are the first ones in the order of rows. Breaches in
    columns whose share of invalid cells the contract allows are counted in *tolerated* too, and come last
    among *breaches*; only others reject. *invalid* counts the invalid cells of each column that has some.
    """

    accepted: bool
    totals: dict[str, int]
    breaches: tuple[Breach, ...]
    tolerated: int = 0
    invalid: Mapping[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """All breaches."""
        return sum(self.totals.values())

    @property
    def rows(self) -> tuple[int, ...]:
        """The rows of the breaches that are kept, rising."""
        return tuple(sorted({breach.row for breach in self.breaches if breach.row}))

    def section(self, contract: Reference) -> dict[str, Any]:
        """Return the section `contract` of a summary."""
        return contract.to_json() | {
            "verdict": self.word,
            "totals": self.totals,
            "tolerated": self.tolerated,
            "breaches": [to_json(breach) for breach in self.breaches],
        }

    def facts(self, contract: Reference) -> dict[str, Any]:
        """Return the attributes of the catalogue item."""
        first = self.breaches[:BREACHES_IN_FACTS]
        return {
            "verdict": self.word,
            "contract": contract.to_json(),
            "breach_count": self.total,
            "breaches": {"totals": self.totals, "first": [to_json(breach) for breach in first]},
        }

    @property
    def word(self) -> str:
        """The verdict in a word."""
        return "accepted" if self.accepted else "rejected"

    def sentence(self) -> str:
        """Say in a sentence why the table is rejected."""
        first = self.breaches[0]
        place = f" in row {first.row:,}" if first.row else ""
        column = f", column {first.column!r}" if first.column is not None else ""
        others = max(self.total - self.tolerated - 1, 0)
        more = f"; {others:,} more breach{'es' if others > 1 else ''}" if others else ""
        return f"The file breaks its contract{place}{column}: {_subject(first)} {first.message}{more}."


def _subject(breach: Breach) -> str:
    if breach.cell is not None:
        return f"{breach.cell!r}"
    return "the row" if breach.row else "the table" if breach.column is None else "the column"
