"""How sweeps look on a terminal."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.table import Table

from cli.console import console
from cli.sweeps import Sweep
from cli.views import plain_table, visible

MEANINGS = {
    "versions": ("versions listed", "versions listed"),
    "young": ("too young, perhaps on their way: left alone (--grace)",) * 2,
    "taken_in": ("never recorded: would be taken in", "never recorded: taken in"),
    "freed": ("stuck beyond their lease: would be freed", "stuck beyond their lease: freed"),
    "announced_again": ("nobody was told: would be announced again", "nobody was told: announced again"),
    "checked": ("files of the catalogue looked for",) * 2,
    "gone": ("object gone: would be marked", "object gone: marked"),
    "restored": ("object back: mark would be removed", "object back: mark removed"),
    "failed_parts": ("parts given up: sweep again",) * 2,
}


def progress(sweep: Sweep, seconds: float) -> str:
    """Say in a line how far a sweep is."""
    listed = sweep.count("versions")
    rate = f", {listed / seconds:,.0f} a second" if seconds > 1 else ""
    done = f"{len(sweep.whole)} of {len(sweep.parts)} parts"
    return f"{done}, {listed:,} versions{rate}, {sweep.count('taken_in'):,} taken in"


def print_report(report: Mapping[str, Any], *, dry_run: bool) -> None:
    """Print what was found, and what became of it."""
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    table.add_column(justify="right")
    table.add_column()
    counts = report["counts"]
    for name, (would, did) in MEANINGS.items():
        if counts.get(name) or (name in counts and name in ("versions", "taken_in")):
            table.add_row(f"{counts[name]:,}", would if dry_run else did)
    console.print(table)
    for key in report["examples"]:
        console.print(f"  {visible(key)}", markup=False, soft_wrap=True)
    if (more := counts.get("taken_in", 0) - len(report["examples"])) > 0 and report["examples"]:
        console.print(f"  … and {more:,} more")
    if dry_run:
        console.print("\nNothing changed: run it again without --dry-run to do so.")
    console.print(f"\nReport in the outbox: {report['report']}", soft_wrap=True)


def print_background(runs: Sequence[Mapping[str, Any]]) -> None:
    """List sweeps that the stack does or did alone, the newest first."""
    if not runs:
        console.print("The stack has not swept alone yet.")
        return
    table = plain_table("Begun (UTC)", "State", "Parts", "Versions", "Taken in", "Freed", "Gone", "Report")
    for run in runs:
        counts = run["counts"]
        numbers = [f"{counts[name]:,}" if name in counts else "" for name in ("versions", "taken_in")]
        numbers += [f"{counts[name]:,}" if name in counts else "" for name in ("freed", "gone")]
        moment = run["started_at"][:19].replace("T", " ")
        table.add_row(moment, run["state"], run["parts"], *numbers, run["report"])
    console.print(table)
