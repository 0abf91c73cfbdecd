"""How much of a table a report shows: less of each column where there are many."""

from dataclasses import dataclass

from sluice.tables.report.markup import Html, element


@dataclass(frozen=True, slots=True)
class Detail:
    """How many *top_values* and *examples* a column shows, how many characters of a text, and what else."""

    top_values: int
    examples: int
    characters: int
    titled_bars: bool
    quantiles: frozenset[float]
    findings: int
    drawn: bool = True

    def cut(self, text: str) -> str:
        """Return the beginning of a text."""
        return text if len(text) <= self.characters else f"{text[: self.characters - 1]}…"

    def cell(self, text: str, *, truncated: bool = False) -> Html:
        """Show a cell's text as it is written, blanks and all."""
        shown = self.cut(text)
        return element("code", f"{shown}…" if truncated and not shown.endswith("…") else shown, dir="auto")


_ALL = frozenset({0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99})
_FIVE = frozenset({0.05, 0.25, 0.5, 0.75, 0.95})
# From much to little. The last one keeps 512 columns below 2 MB even if every character needs an entity.
DETAILS = (
    Detail(10, 5, 120, titled_bars=True, quantiles=_ALL, findings=200),
    Detail(8, 5, 80, titled_bars=False, quantiles=_ALL, findings=200),
    Detail(5, 3, 40, titled_bars=False, quantiles=_FIVE, findings=100),
    Detail(3, 1, 20, titled_bars=False, quantiles=_FIVE, findings=50),
    Detail(0, 0, 20, titled_bars=False, quantiles=frozenset(), findings=20, drawn=False),
)
