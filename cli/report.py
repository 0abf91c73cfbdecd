"""Prints one file's report."""

from collections.abc import Callable, Iterator
from datetime import UTC
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.files import Facts, fact
from cli.views import in_short, moment_text, size_text, status_text
from sluice.histories import Transition, findings, history

HEADLINE = {"file_name", "status", "error_message"}
TOLD_APART = HEADLINE | {"schema", "statistics", "quality_issues", "results", "breaches"}
EMPTY: tuple[Any, ...] = (None, "", [], {})
FIRST = ("file_id", "key", "version_id", "size", "upload_timestamp", "processed_timestamp", "processor")


def print_report(console: Console, facts: Facts, others: list[Facts], outbox: str) -> None:
    """Print what is known, from the outcome to the earlier versions."""
    console.print(Text.assemble((facts["file_name"], "bold"), "  ", status_text(facts["status"])))
    if short := in_short(facts):
        console.print(Text(short))
    print_section(console, "", _rows(findings(facts)))
    print_section(console, "History", [_transition_row(each) for each in history(facts)])
    first = fact(facts, "breaches.first") or ()
    print_section(console, "First breaches of its contract", map(_breach_row, first))
    if facts.get("schema"):
        console.print()
        console.print(_columns_table(facts))
    print_section(console, "Results", [("", f"s3://{outbox}/{key}") for key in facts.get("results") or ()])
    print_section(console, "Other versions", [_version_row(other) for other in others])


def _rows(facts: Facts) -> Iterator[tuple[str, str]]:
    names = [name for name in FIRST if name in facts]
    names += sorted(facts.keys() - set(names) - TOLD_APART)
    for name in names:
        if facts[name] not in EMPTY:
            yield name.replace("_", " "), _VALUES.get(name, _text)(facts[name])


def _text(value: Any) -> str:
    """Write a fact out: a list line by line, of an object what it has."""
    if isinstance(value, dict):
        return ", ".join(f"{name} {_text(item)}" for name, item in value.items() if item not in EMPTY)
    return "\n".join(map(_text, value)) if isinstance(value, list) else str(value)


_VALUES: dict[str, Callable[[Any], str]] = {"size": size_text, "cost_usd": lambda usd: f"{usd:.6f}"}


def print_section(console: Console, title: str, rows: Any) -> None:
    """Print pairs of name and value under a title; nothing if there are none."""
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), title=None)
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in rows:
        table.add_row(name, Text(value))
    if table.row_count:
        console.print(f"\n[bold]{title}[/bold]" if title else "")
        console.print(table)


def _columns_table(facts: Facts) -> Table:
    columns = ("Column", "Type", "Min", "Max", "Average", "Missing", "Invalid")
    table = Table(*columns, box=None, padding=(0, 2, 0, 0), header_style="bold", title_justify="left")
    for name, kind in facts["schema"].items():
        statistics = (facts.get("statistics") or {}).get(name) or {}
        numbers = [_number(statistics.get(what)) for what in ("min", "max", "avg")]
        issues = [_issue(facts, what, name) for what in ("missing_values", "invalid_values")]
        table.add_row(Text(name), str(kind), *numbers, *issues)
    return table


def _issue(facts: Facts, kind: str, column: str) -> str:
    found = (fact(facts, f"quality_issues.{kind}") or {}).get(column) or {}
    return str(found.get("count", "")) if isinstance(found, dict) else str(found)


def _number(value: Any) -> str:
    return f"{value:,.10g}" if isinstance(value, int | float) else str(value or "")


def _transition_row(transition: Transition) -> tuple[str, str]:
    by = f", asked for by {transition.by}" if transition.by else ""
    return f"{transition.at.astimezone(UTC):%Y-%m-%d %H:%M:%S}", f"{transition.state}{by}"


def _breach_row(breach: Facts) -> tuple[str, str]:
    places = [f"row {breach['row']}" if breach.get("row") else "", breach.get("column") or ""]
    cell = f" ({breach['cell']})" if breach.get("cell") else ""
    return ", ".join(filter(None, places)), f"{breach['message']}{cell}"


def _version_row(other: Facts) -> tuple[str, str]:
    return moment_text(
        other.get("upload_timestamp")
    ), f"{other['status']}  {other['file_id']}  {in_short(other)}"
