"""Tables with a caption and headings that say what they are the headings of."""

from collections.abc import Iterable

from sluice.tables.report.markup import Html, element, join

Heading = tuple[str, str | None]  # its text, and the class of its cells


def table(caption: str, headings: Iterable[Heading], rows: Iterable[Html], **attributes: str) -> Html:
    """Return a table of rows that `row` made; its caption is what a screen reader calls it."""
    head = element("tr", *(element("th", name, scope="col", class_=kind) for name, kind in headings))
    body = element("tbody", *rows)
    return element("table", element("caption", caption), element("thead", head), body, **attributes)


def row(*cells: object) -> Html:
    """Return a row; what is no cell yet becomes one."""
    return element("tr", *(cell if _is_cell(cell) else element("td", cell) for cell in cells))


def number(value: object, *, title: str | None = None) -> Html:
    """Return a cell that is aligned as numbers are."""
    return element("td", value, class_="number", title=title)


def title(value: object) -> Html:
    """Return the cell that a row is about."""
    return element("th", value, scope="row")


def pairs(named: Iterable[tuple[str, Html | str]], kind: str) -> Html:
    """Return a list of names, each with its value."""
    items = (element("div", element("dt", name), element("dd", value)) for name, value in named)
    return element("dl", join(*items), class_=kind)


def _is_cell(value: object) -> bool:
    return isinstance(value, Html) and value.startswith(("<td", "<th"))
