"""Process a file of 1 GB that is made as it is read, within the memory of a 512 MB function."""

import json
import re
import resource
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sluice.files import File
from sluice.processors.inspecting import inspect_file
from sluice.processors.profiling import profile_file
from sluice.rules.rule import DEFAULT_RULES
from tests.fakes import FakeBaselines, FakeContracts, FakeOutbox

GIGABYTE = 10**9
FUNCTION_MEMORY = 512 * 1024**2
ROW = b"4711,2026-03-02,17.5,lamp\n"
HEADER = b"id,day,price,name\n"
ROWS = (GIGABYTE - len(HEADER)) // len(ROW)


class Rows:
    """A stream of ROWS equal rows below a header."""

    def __init__(self):
        self.block = ROW * (1024**2 // len(ROW))
        self.left = ROWS * len(ROW)
        self.pending = HEADER

    def read(self, size):
        """Return at most *size* bytes."""
        if not self.pending and self.left:
            self.pending = self.block[: min(len(self.block), self.left)]
            self.left -= len(self.pending)
        part, self.pending = self.pending[:size], self.pending[size:]
        return part


class Inbox:
    """Holds the one file."""

    @contextmanager
    def open(self, file):  # noqa: ARG002  there is one file
        yield Rows()

    def declared_type(self, file):  # noqa: ARG002  there is one file
        return "text/csv"


resource.setrlimit(resource.RLIMIT_DATA, (FUNCTION_MEMORY, FUNCTION_MEMORY))
file = File("inbox", "large.csv", "1", "etag", GIGABYTE, "00", datetime(2026, 3, 2, tzinfo=UTC), "c-1")
if sys.argv[1] == "profile_csv":
    outcome = profile_file(
        file,
        DEFAULT_RULES[1],
        None,
        inbox=Inbox(),
        outbox=FakeOutbox(),
        contracts=FakeContracts(),
        baselines=FakeBaselines(),
    )
else:
    outcome = inspect_file(file, DEFAULT_RULES[-1], None, inbox=Inbox())
# Not ru_maxrss: it remembers the process that started this one. VmHWM is this program's own, in KiB.
status = Path("/proc/self/status").read_text(encoding="ascii")
peak = 1024 * int(re.search(r"^VmHWM:\s+(\d+)", status, re.MULTILINE)[1])
sys.stdout.write(json.dumps({"status": outcome.status, "facts": outcome.facts, "peak": peak, "rows": ROWS}))
