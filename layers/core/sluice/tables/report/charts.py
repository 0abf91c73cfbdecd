"""Inline SVG: histograms and bars, drawn in the colours of the page."""

from sluice.tables.column_measures import Histogram, Numbers
from sluice.tables.columns import ColumnProfile
from sluice.tables.report.figures import count_text, counted, edge_text, figure, share_text
from sluice.tables.report.markup import Html, element, join

HEIGHT = 100  # of a drawing in its own units; the page stretches it
BAR = 10  # units a bar is wide
WHOLE = 1000  # units a composition is wide
GAP = 1


def histogram_figure(column: ColumnProfile, *, titled: bool) -> Html | None:
    """Draw how a column's values lie; *titled* gives each bar a tooltip of its own."""
    histogram = histogram_of(column)
    if histogram is None:
        return None
    ends = [edge_text(histogram, at, column.type) for at in (0, len(histogram.counts))]
    axis = element("div", *(element("span", end) for end in ends), class_="axis", aria_hidden="true")
    return element("figure", _drawing(column, histogram, titled=titled), axis, class_="histogram")


def sparkline(column: ColumnProfile) -> Html:
    """Draw a histogram small, for the eye alone."""
    histogram = histogram_of(column)
    if histogram is None:
        return Html("")
    bars = element("path", d="".join(_bar(at, height) for at, height in _heights(histogram)))
    return _svg(BAR * len(histogram.counts), bars, class_="spark", aria_hidden="true")


def histogram_of(column: ColumnProfile) -> Histogram | None:
    """Return the histogram of a column of numbers or moments, if it has one worth drawing."""
    measured = column.numbers or column.moments
    return measured.histogram if measured and len(measured.histogram.counts) > 1 else None


def share_bar(part: float, whole: float, kind: str = "") -> Html:
    """Draw a share as a bar; the figure stands beside it as text."""
    width = round(HEIGHT * part / whole, 1) if whole else 0
    return _svg(
        HEIGHT,
        element("path", d=f"M0 0H{width:g}V{HEIGHT}H0z"),
        class_=f"bar {kind}".strip(),
        aria_hidden="true",
    )


def composition(valid: int, invalid: int, missing: int) -> Html:
    """Draw and say how many cells hold a valid value, an invalid one or none."""
    whole = valid + invalid + missing
    parts = (("valid", valid), ("invalid", invalid), ("missing", missing))
    pieces, at = [], 0.0
    for name, cells in parts:
        width = WHOLE * cells / whole if whole else 0
        area = f"M{at:g} 0h{width:.6g}v{HEIGHT}h-{width:.6g}z"
        pieces.append(element("path", class_=name, d=area) if cells else None)
        at += width
    legend = element("ul", *(_legend_item(name, cells, whole) for name, cells in parts), class_="legend")
    return join(_svg(WHOLE, *pieces, class_="composition", aria_hidden="true"), legend)


def _legend_item(name: str, cells: int, whole: int) -> Html:
    key = element("span", class_=f"key {name}", aria_hidden="true")
    return element("li", key, f"{share_text(cells, whole)} {name}", title=counted(cells, "cell"))


def _drawing(column: ColumnProfile, histogram: Histogram, *, titled: bool) -> Html:
    width = BAR * len(histogram.counts)
    if titled:
        bars = [_titled_bar(histogram, at, height, column.type) for at, height in _heights(histogram)]
    else:
        bars = [element("path", d="".join(_bar(at, height) for at, height in _heights(histogram)))]
    median = _median(column.numbers, histogram, width) if column.numbers else None
    return _svg(width, *bars, median, role="img", aria_label=_told(histogram, column.type))


def _told(histogram: Histogram, kind: str) -> str:
    """Say in a sentence what the drawing shows."""
    counts = histogram.counts
    top = counts.index(max(counts))
    edges = [edge_text(histogram, at, kind) for at in (0, len(counts), top, top + 1)]
    return (
        f"Histogram of {len(counts)} bars from {edges[0]} to {edges[1]}; "
        f"most values, {counts[top]:,} of {sum(counts):,}, lie from {edges[2]} to {edges[3]}."
    )


def _titled_bar(histogram: Histogram, at: int, height: float, kind: str) -> Html:
    span = f"{edge_text(histogram, at, kind)} to {edge_text(histogram, at + 1, kind)}"
    title = element("title", f"{span}: {count_text(histogram.counts[at])}")
    # The whole height takes the pointer, so that a small bar is as easy to ask as a tall one.
    area = f"M{BAR * at} 0h{BAR}v{HEIGHT}h-{BAR}z"
    return element("g", title, element("path", class_="area", d=area), element("path", d=_bar(at, height)))


def _median(numbers: Numbers, histogram: Histogram, width: int) -> Html | None:
    median = next((quantile.value for quantile in numbers.quantiles if quantile.q == 0.5), None)  # noqa: PLR2004
    if not isinstance(median, (int, float)) or isinstance(histogram.start, str) or not histogram.width:
        return None
    at = min(max((median - histogram.start) / histogram.width * BAR, 0), width)
    return element(
        "g",
        element("title", f"median {figure(median)}"),
        element("path", class_="median", d=f"M{at:.5g} 0V{HEIGHT}"),
    )


def _heights(histogram: Histogram) -> list[tuple[int, float]]:
    """Return each bar that has values, with its height; a value among millions still shows."""
    most = max(histogram.counts)
    return [
        (at, max(round(HEIGHT * count / most, 1), 1.5)) for at, count in enumerate(histogram.counts) if count
    ]


def _bar(at: int, height: float) -> str:
    return f"M{BAR * at} {HEIGHT}v-{height:g}h{BAR - GAP}v{height:g}z"


def _svg(width: int, *content: Html | None, **attributes: str) -> Html:
    return element("svg", *content, viewBox=f"0 0 {width} {HEIGHT}", preserveAspectRatio="none", **attributes)
