"""Shows what the proofs tried, and writes it to build/proofs.json."""

import json
from pathlib import Path

from tests.proofs import tally

RESULT = Path(__file__).parents[2] / "build" / "proofs.json"
COLUMNS = ("cases", "files", "faults", "checks", "violations")


def pytest_terminal_summary(terminalreporter):
    """Print the table of proofs after the long form."""
    if not tally.LONG or not tally.counts:
        return
    terminalreporter.write_line("")
    terminalreporter.write_line(f"{'proof':44}" + "".join(f"{name:>12}" for name in COLUMNS))
    for proof, counted in tally.counts.items():
        terminalreporter.write_line(f"{proof:44}" + "".join(f"{counted[name]:>12,}" for name in COLUMNS))
    RESULT.parent.mkdir(exist_ok=True)
    figures = {proof: {name: counted[name] for name in COLUMNS} for proof, counted in tally.counts.items()}
    RESULT.write_text(json.dumps(figures, indent=2) + "\n")
