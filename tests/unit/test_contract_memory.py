"""Holding a large table against its contract takes no memory that grows with it."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# A process of its own: rows that all differ in a key, and rows that all break the contract.
PROGRAM = """
import sys
sys.path.insert(0, sys.argv[1])
from datetime import UTC, datetime
from sluice.contracts.checking import ContractCheck
from sluice.contracts.reading import read_contract
from sluice.tables.csv_profiling import profile_stream

class Rows:
    def __init__(self, count):
        self.count, self.row = count, -1
    def read(self, _):
        self.row += 1
        if self.row == 0:
            return b"id,amount,code\\n"
        start = (self.row - 1) * 10_000
        numbers = range(start, min(start + 10_000, self.count))
        lines = (f"{n},{n % 100_003}.5,AB-{n % 10_000:04d}\\n" for n in numbers)
        return "".join(lines).encode()

fields = [
    {"name": "id", "type": "integer", "constraints": {"unique": True}},
    {"name": "amount", "type": "number", "constraints": {"maximum": 0}},
    {"name": "code", "constraints": {"pattern": "[A-Z]{2}-\\\\d{4}", "required": True}},
]
contract = read_contract({"fields": fields, "primaryKey": ["code", "id"]})
check = ContractCheck(contract, arrived=datetime.now(UTC))
rows = int(sys.argv[2])
verdict = check.verdict(profile_stream(Rows(rows), check=check))
assert verdict.totals == {"maximum": rows}, verdict.totals
# VmHWM, not ru_maxrss, which a child inherits from the test process that started it.
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the system tells no peak")
def test_memory_does_not_grow_with_rows_keys_or_breaches():
    """Two keys beyond memory, and every row a breach: below 80 MB in all."""
    command = [sys.executable, "-c", PROGRAM, str(ROOT / "layers/core"), "600000"]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 80 * 1024, f"{int(done.stdout) / 1024:.1f} MB"
