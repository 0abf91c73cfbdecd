"""All columns in one table, a line each."""

from collections.abc import Sequence

from sluice.tables.columns import ColumnProfile
from sluice.tables.report.cells import label_of, type_badge
from sluice.tables.report.charts import share_bar, sparkline
from sluice.tables.report.detail import Detail
from sluice.tables.report.figures import figure, moment_text, share_text
from sluice.tables.report.markup import Html, element
from sluice.tables.report.tables import number, row, table, title

HEADINGS = (
    ("#", "number"), ("Column", None), ("Type", None), ("Missing", "number"), ("Invalid", "number"),
    ("Different", "number"), ("Least", "number"), ("Greatest", "number"), ("Distribution", None),
)  # fmt: skip
TEXT_SHOWN = 16  # characters


def glance(columns: Sequence[ColumnProfile], detail: Detail) -> Html:
    """Return the table; the page's script makes its headings sort it."""
    lines = table("All columns", HEADINGS, (_row(column, detail) for column in columns), id="glance")
    return element("div", lines, class_="wide", role="region", aria_label="Columns at a glance", tabindex="0")


def _row(column: ColumnProfile, detail: Detail) -> Html:
    least, greatest = _ends(column, detail)
    return row(
        number(f"{column.index + 1}"),
        title(element("a", label_of(column, detail), href=f"#column-{column.index + 1}")),
        type_badge(column),
        _share(column.missing.count, column.count + column.missing.count, "missing"),
        _share(column.invalid.count, column.count, "invalid"),
        number(f"{column.distinct.count:,}"),
        number(least),
        number(greatest),
        sparkline(column) if detail.drawn else "",
    )


def _share(part: int, whole: int, kind: str) -> Html:
    if not part:
        return element("td", "none", class_="number none", data_value=0)
    bar = share_bar(part, whole, kind)
    return element("td", share_text(part, whole), bar, class_="number", data_value=f"{part / whole:.4g}")


def _ends(column: ColumnProfile, detail: Detail) -> tuple[Html | str, Html | str]:
    if column.numbers:
        return figure(column.numbers.min), figure(column.numbers.max)
    if column.moments:
        return moment_text(column.moments.min), moment_text(column.moments.max)
    if column.texts:
        return _beginning(column.texts.first, detail), _beginning(column.texts.last, detail)
    return "", ""


def _beginning(text: str, detail: Detail) -> Html:
    return detail.cell(text[:TEXT_SHOWN], truncated=len(text) > TEXT_SHOWN)
