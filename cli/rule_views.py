"""How rules, and what came of asking for them, look on a terminal."""

from typing import Any

from rich.table import Table
from rich.text import Text

from cli.console import console, print_json

Answer = dict[str, Any]
"""What the function of the rules answers, or what trying rules says: told apart by its members."""


def print_answer(answer: Answer) -> None:
    """Print what came of a verb."""
    if "rules" in answer:
        console.print(_table(answer["rules"]))
    elif "versions" in answer:
        for version in answer["versions"]:
            console.print(_version_line(version))
    elif "rule" in answer:
        print_json(answer["rule"])
    elif "decides" in answer:
        _print_decision(answer)
    else:
        console.print(Text(f"{answer['id']} {answer['status']}: version {answer['version']}"))


def _version_line(version: dict[str, Any]) -> Text:
    what = "deleted" if version["deleted"] else "changed" if version["version"] else "comes with the code"
    changed_at = version["changed_at"] or ""
    return Text(f"{version['version']:>4}  {changed_at:32}  {what}  {version['source']}")


def _print_decision(answer: Answer) -> None:
    fate = f"skipped: {answer['reason']}" if answer["processor"] is None else answer["processor"]
    console.print(Text(f"{answer['decides']} decides: {fate}"))
    console.print(Text(f"Rules that match: {', '.join(answer['matches'])}"))


def _table(rules: list[dict[str, Any]]) -> Table:
    table = Table(box=None, pad_edge=False)
    for column in ("PRIORITY", "ID", "VERSION", "PROCESSOR", "LANE", "CONTRACT", "MATCHES", ""):
        table.add_column(column)
    for rule in sorted(rules, key=lambda rule: (rule["priority"], rule["id"])):
        match = "  ".join(
            f"{name}={_short(value)}" for name, value in rule["match"].items() if value not in ("", [], None)
        )
        cells = (
            str(rule["priority"]),
            rule["id"],
            str(rule["version"]),
            rule["processor"] or "(skips)",
            rule["lane"],
            rule["contract"] or "",
            match or "every file",
            "" if rule["enabled"] else "disabled",
        )
        table.add_row(*map(Text, cells))
    return table


def _short(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)
