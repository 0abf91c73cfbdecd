"""How a table's profile looks on a terminal."""

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.views import size_text
from sluice.tables.columns import ColumnProfile
from sluice.tables.profiles import NOTE, WARNING, TableProfile
from sluice.tables.report.figures import count_text, counted, figure, quantile_text, share_text
from sluice.tables.report.markup import visible

FINDINGS_SHOWN = 12
MEDIAN = 0.5
CELL_SHOWN = 24  # characters
STYLES = {WARNING: "yellow", NOTE: "cyan"}
COLUMNS = (
    ("#", "right"), ("Column", "left"), ("Type", "left"), ("Missing", "right"), ("Invalid", "right"),
    ("Different", "right"), ("Least", "right"), ("Median", "right"), ("Greatest", "right"),
    ("Most frequent", "left"),
)  # fmt: skip


def print_profile(console: Console, summary: Mapping[str, Any]) -> None:
    """Print what a table is, what stands out in it, and a line for each column."""
    profile = TableProfile.from_json(summary["profile"])
    console.print(Text.assemble((visible(profile.name), "bold"), "  ", _in_short(profile)))
    if profile.fault:
        console.print(Text(f"error: {visible(profile.fault.message)}", style="red"))
    for line in _findings(profile):
        console.print(line)
    if profile.columns:
        console.print(_columns(profile))


def _in_short(profile: TableProfile) -> str:
    parts = [
        counted(profile.row_count, "row"),
        counted(len(profile.columns), "column"),
        size_text(profile.bytes),
    ]
    if profile.dialect:
        parts.append(profile.dialect.encoding)
        parts += [] if profile.dialect.single_column else [f"separated by {profile.dialect.delimiter!r}"]
    if profile.compression:
        parts.append(profile.compression)
    return ", ".join(parts)


def _findings(profile: TableProfile) -> Iterator[Text]:
    findings = sorted(profile.findings, key=lambda finding: finding.level != WARNING)
    for finding in findings[:FINDINGS_SHOWN]:
        column = f"{_cut(finding.column)}: " if finding.column else ""
        message = visible(f"{column}{finding.message}")
        yield Text.assemble((f"{finding.level:9}", STYLES[finding.level]), message)
    if len(findings) > FINDINGS_SHOWN:
        yield Text(f"and {counted(len(findings) - FINDINGS_SHOWN, 'more finding')}", style="dim")


def _columns(profile: TableProfile) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for name, justify in COLUMNS:
        table.add_column(name, justify="right" if justify == "right" else "left", overflow="fold")
    for column in profile.columns:
        table.add_row(*_cells(column))
    return table


def _cells(column: ColumnProfile) -> Iterator[Text]:
    yield Text(f"{column.index + 1}", style="dim")
    yield Text(_cut(column.label))
    yield Text("empty" if column.empty else column.type, style="cyan")
    yield _share(column.missing.count, column.count + column.missing.count, "yellow")
    yield _share(column.invalid.count, column.count, "red")
    yield Text(f"{'~' if column.distinct.error else ''}{count_text(column.distinct.count)}")
    for end in _ends(column):
        yield Text(end)
    top = column.top_values[0] if column.top_values and column.top_values[0].count > 1 else None
    yield Text(f"{_cut(top.text)} ({share_text(top.count, column.count)})" if top else "")


def _ends(column: ColumnProfile) -> tuple[str, str, str]:
    measured = column.numbers or column.moments
    if measured is None:
        texts = column.texts
        return (_cut(texts.first), "", _cut(texts.last)) if texts else ("", "", "")
    median = next((quantile for quantile in measured.quantiles if quantile.q == MEDIAN), None)
    shown = quantile_text(median, column.type) if median else ""
    return figure(measured.min), shown, figure(measured.max)


def _share(part: int, whole: int, style: str) -> Text:
    return Text(share_text(part, whole), style=style) if part else Text("")


def _cut(text: str) -> str:
    """Return the beginning of a text, so that nothing in it steers the terminal."""
    shown = visible(text)
    return shown if len(shown) <= CELL_SHOWN else f"{shown[: CELL_SHOWN - 1]}…"
