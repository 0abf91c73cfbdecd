"""Tables as bytes, and what the scanner makes of them, for the tests of the CSV profile."""

import csv
import io
import random

from sluice.tables.csv_profiling import profile_stream
from sluice.tables.scan_limits import ScanLimits
from sluice.tables.scanner.options import ScanOptions
from sluice.tables.scanner.scanning import Scanner


def profile_of(data, *, limits=None, **options):
    """Profile a table given as text or bytes."""
    data = data.encode() if isinstance(data, str) else data
    return profile_stream(io.BytesIO(data), name="t.csv", options=ScanOptions(**options), limits=limits)


def column_of(values, **options):
    """Profile one column of cells under a header; every cell is quoted, so that nothing splits it."""
    lines = ['"label"', *('"' + str(value).replace('"', '""') + '"' for value in values)]
    profile = profile_of(
        "\n".join(lines) + "\n", **({"header": True, "delimiter": ",", "quote": '"'} | options)
    )
    assert profile.fault is None
    return profile.columns[0]


def scanned(data, chunks, *, limits=None, **options):
    """Return the profile of *data* fed in pieces of the sizes that *chunks* yields."""
    with Scanner(ScanOptions(**options), limits or ScanLimits()) as scanner:
        at = 0
        for size in chunks:
            if at >= len(data) or not scanner.feed(data[at : at + size]):
                break
            at += size
        return scanner.profile("t.csv")


def rows_of(data, width, **options):
    """Return the data rows of a table as the scanner hands out its cells: [row number, [texts]]."""
    rows = {}
    with Scanner(ScanOptions(**options)) as scanner:
        scanner.watch(
            range(width), lambda _, cells: [rows.setdefault(c.row, []).append(c.text) for c in cells]
        )
        scanner.feed(data)
        scanner.finish()
    return sorted(rows.items())


def mixed_table(rows, seed=1, line_end="\n"):
    """Return a table of many types with some dirt, as bytes."""
    pick = random.Random(seed)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator=line_end)
    writer.writerow(["id", "name", "amount", "day", "ok", "zip", "note", "score"])
    for i in range(rows):
        writer.writerow(
            [
                i + 1,
                pick.choice(["Ann", "Bob", "Zoë", 'O"Neil', "A, B"]),
                f"{pick.uniform(-1000, 1000):.2f}",
                f"2024-{pick.randint(1, 12):02}-{pick.randint(1, 28):02}",
                pick.choice(["true", "false"]),
                f"{pick.randint(0, 99999):05}",
                pick.choice(["", "two\nlines", "N/A", "plain text"]),
                pick.choice(["", "x"]) if pick.random() < 0.05 else pick.randint(0, 100000) / 1000,
            ]
        )
    return out.getvalue().encode()
