"""Labels, types and cells of a table as a report shows them everywhere."""

from collections.abc import Sequence

from sluice.tables.columns import ColumnProfile, Example
from sluice.tables.report.detail import Detail
from sluice.tables.report.markup import Html, element
from sluice.tables.report.tables import number, row, table

SYMBOLS = {
    "int": "123", "float": "1.5", "decimal": "$1", "bool": "✓✗", "date": "31", "datetime": "31:",
    "time": "10:", "uuid": "#", "email": "@", "url": "//", "json": "{}", "string": "Aa", "empty": "-",
}  # fmt: skip
PLACES = (("Row", "number"), ("Byte", "number"), ("Text", None))


def label_of(column: ColumnProfile, detail: Detail) -> Html:
    """Return a column's label, or words where it has none."""
    if column.label.strip():
        return element("bdi", detail.cut(column.label))
    return element("em", f"column {column.index + 1}, without a label")


def type_badge(column: ColumnProfile) -> Html:
    """Return the column's type with its symbol."""
    kind = "empty" if column.empty else column.type
    symbol = element("span", SYMBOLS[kind], aria_hidden="true", class_="symbol")
    return element("span", symbol, kind, class_="type")


def example_table(caption: str, examples: Sequence[Example], detail: Detail) -> Html:
    """Return a table of cells with their places."""
    rows = (
        row(
            number(f"{cell.row:,}"),
            number(f"{cell.byte_offset:,}"),
            detail.cell(cell.text, truncated=cell.truncated),
        )
        for cell in examples[: detail.examples]
    )
    return table(caption, PLACES, rows, class_="examples")
