"""How contracts, and what breaks them, look on a terminal."""

from collections.abc import Sequence
from pathlib import Path

from rich.table import Table
from rich.text import Text

from cli.console import console
from cli.views import plain_table
from sluice.contracts.verdicts import Verdict
from sluice.rules.versions import Version

BREACHES_SHOWN = 20


def print_breaches(file: Path, verdict: Verdict) -> None:
    """Print the first places where a file breaks its contract, and how many there are."""
    breaches = f"{verdict.total:,} breach{'' if verdict.total == 1 else 'es'}"
    tolerated = f", {verdict.tolerated:,} of them tolerated" if verdict.tolerated else ""
    console.print(f"{file}: rejected, {breaches}{tolerated}.", markup=False)
    table = plain_table("Row", "Column", "Code", "Cell", "What")
    for breach in verdict.breaches[:BREACHES_SHOWN]:
        row, column, cell = str(breach.row or ""), breach.column or "", breach.cell or ""
        table.add_row(*map(Text, (row, column, breach.code, cell, breach.message)))
    console.print(table)
    if verdict.total > BREACHES_SHOWN:
        totals = ", ".join(f"{number:,} {code}" for code, number in verdict.totals.items())
        console.print(f"In all: {totals}.", markup=False)


def contracts_table(versions: Sequence[Version]) -> Table:
    """List the contracts, a line each."""
    table = plain_table("Id", "Version", "Fields", "Changed (UTC)")
    for version in versions:
        fields = version.document.get("schema", version.document).get("fields", ())
        changed = f"{version.changed_at:%Y-%m-%d %H:%M}" if version.changed_at else ""
        table.add_row(Text(version.id), str(version.version), str(len(fields)), changed)
    return table
