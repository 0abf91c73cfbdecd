"""Draws a dashboard's widgets as SVG, where CloudWatch would put them."""

from collections.abc import Iterator
from html import escape
from typing import Any

from tests.benchmarks.dashboards.formulas import Line, Series

COLUMN, ROW, GAP = 50, 30, 6  # pixels
COLOURS = (
    "#1f77b4",
    "#ff7f0e",
    "#2ca02c",
    "#d62728",
    "#9467bd",
    "#8c564b",
    "#e377c2",
    "#7f7f7f",
    "#bcbd22",
    "#17becf",
)
LEGEND = 14  # pixels a line
NOT_EMITTED = "the local stack emits none of these metrics"
STYLE = (
    "text{font:11px sans-serif;fill:#333}.t{font-weight:bold;font-size:12px}.s{fill:#777}"
    ".w{fill:#fff;stroke:#ccc}.g{stroke:#eee}"
)


def draw(body: dict[str, Any], series: Series, alarms: dict[str, str]) -> str:
    """Return the picture of a dashboard."""
    height = max(widget["y"] + widget["height"] for widget in body["widgets"]) * ROW
    widgets = "".join(_widget(widget, series, alarms) for widget in body["widgets"])
    box = f'width="{24 * COLUMN}" height="{height}" viewBox="0 0 {24 * COLUMN} {height}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {box}><style>{STYLE}</style>'
        f'<rect width="100%" height="100%" fill="#f4f4f4"/>{widgets}</svg>\n'
    )


def _widget(widget: dict[str, Any], series: Series, alarms: dict[str, str]) -> str:
    x, y = widget["x"] * COLUMN + GAP, widget["y"] * ROW + GAP
    width, height = widget["width"] * COLUMN - 2 * GAP, widget["height"] * ROW - 2 * GAP
    frame = f'<rect class="w" width="{width}" height="{height}" rx="3"/>'
    properties = widget["properties"]
    inside = {
        "text": lambda: _markdown(properties["markdown"]),
        "metric": lambda: _graph(properties, series, width, height),
        "alarm": lambda: _alarms(properties, alarms),
        "log": lambda: _note(properties["title"], "a query of Logs Insights, which the local stack has not"),
    }[widget["type"]]()
    return f'<g transform="translate({x},{y})">{frame}{inside}</g>'


def _markdown(markdown: str) -> str:
    lines = (line.lstrip("# ") for line in markdown.splitlines())
    return "".join(f'<text x="10" y="{18 + 16 * n}">{escape(line)}</text>' for n, line in enumerate(lines))


def _alarms(properties: dict[str, Any], alarms: dict[str, str]) -> str:
    names = [arn.rsplit(":", 1)[-1] for arn in properties["alarms"]]
    known = [name for name in names if name in alarms]
    ringing = [name for name in known if alarms[name] == "ALARM"]
    told = ", ".join(ringing) or "all are well"
    return _note(
        properties["title"], f"{len(names)} alarms, of which the local stack has {len(known)}: {told}"
    )


def _note(title: str, text: str) -> str:
    first = f'<text class="t" x="10" y="18">{escape(title)}</text>'
    return f'{first}<text class="s" x="10" y="38">{escape(text)}</text>'


def _graph(properties: dict[str, Any], series: Series, width: int, height: int) -> str:
    drawn = [
        (label, colour, line)
        for label, colour, line in _lines(properties, series)
        if any(v is not None for v in line)
    ]
    if not drawn:
        return _note(properties["title"], NOT_EMITTED)
    top = max(max((v for v in line if v is not None), default=0) for _, _, line in drawn) or 1
    shown = drawn[:10]
    columns = 2 if len(shown) > 3 else 1
    bottom = height - LEGEND * (-(-len(shown) // columns)) - 16
    parts = [f'<text class="t" x="10" y="18">{escape(properties["title"])}</text>']
    for share in (0, 0.5, 1):
        y = bottom - share * (bottom - 32)
        parts.append(f'<line class="g" x1="44" x2="{width - 8}" y1="{y}" y2="{y}"/>')
        parts.append(f'<text class="s" x="40" y="{y + 4}" text-anchor="end">{_short(top * share)}</text>')
    seconds = f"{series.bins * series.period} s"
    parts.append(f'<text class="s" x="{width - 8}" y="{bottom + 12}" text-anchor="end">{seconds}</text>')
    for n, (label, given, line) in enumerate(shown):
        colour = given or COLOURS[n % len(COLOURS)]
        parts.append(_curve(line, top, width - 52, bottom, colour))
        left = 10 + (n % columns) * width // columns
        y = bottom + 22 + LEGEND * (n // columns)
        parts.append(f'<rect x="{left}" y="{y - 7}" width="8" height="8" fill="{colour}"/>')
        parts.append(f'<text x="{left + 12}" y="{y}">{escape(label)}</text>')
    return "".join(parts)


def _lines(properties: dict[str, Any], series: Series) -> Iterator[tuple[str, str | None, Line]]:
    """Yield label, colour and line of what a graph shows; hidden series only feed formulas."""
    known: dict[str, Line] = {}
    formulas = []
    for each in properties["metrics"]:
        options = each[-1] if isinstance(each[-1], dict) else {}
        key = tuple(part for part in each if isinstance(part, str))
        if not key:
            formulas.append(options)
            continue
        line = series.line(key, options.get("stat") or properties["stat"])
        if "id" in options:
            known[options["id"]] = line
        if options.get("visible", True):
            yield options.get("label", key[-1]), options.get("color"), line
    for options in formulas:
        yield options["label"], options.get("color"), series.evaluated(options["expression"], known)


def _curve(line: Line, top: float, width: float, bottom: float, colour: str) -> str:
    step = width / max(1, len(line) - 1)
    points = [(44 + n * step, bottom - v / top * (bottom - 32)) for n, v in enumerate(line) if v is not None]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="1.6" fill="{colour}"/>' for x, y in points)
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.5"/>{dots}'


def _short(value: float) -> str:
    return f"{value / 1000:.3g}k" if value >= 1_000 else f"{value:.2g}" if value < 1 else f"{value:.3g}"
