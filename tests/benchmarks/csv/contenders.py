"""What is measured, each in a process of its own: NAME FILE prints seconds as JSON."""

import json
import mmap
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def sluice(path: str) -> Callable[[], Any]:
    """The full profile, up to its JSON-ready form."""
    from sluice.tables.csv_profiling import profile_stream

    def run() -> int:
        with Path(path).open("rb") as stream:
            document = profile_stream(stream, name="bench").to_json()
        assert document["fault"] is None
        return document["row_count"]

    return run


def floor(path: str) -> Callable[[], Any]:
    """Only finding the cells, by the scanner's own tokenizer."""
    from sluice.tables.scanner.counting import count_cells

    def run() -> int:
        with Path(path).open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY) as data:
            return count_cells(data)

    return run


def summarize(path: str) -> Callable[[], Any]:
    """DuckDB's SUMMARIZE in one thread."""
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    return lambda: connection.execute(f"SUMMARIZE SELECT * FROM read_csv('{path}')").fetchall()


def polars(path: str) -> Callable[[], Any]:
    """The part of the profile that Polars has ready: describe, and distinct values by its own HyperLogLog."""
    import polars  # noqa: ICN001

    def run() -> Any:
        frame = polars.read_csv(path, infer_schema_length=None, ignore_errors=False)
        return frame.describe(), frame.select(polars.all().approx_n_unique())

    return run


def imported(_: str) -> Callable[[], Any]:
    """Import, and load the library, on top of what every handler imports."""
    import dataclasses  # noqa: F401

    def run() -> None:
        import sluice.tables.csv_profiling as profiling

        profiling.Scanner().close()

    return run


def peak_mb() -> float:
    """Return the most memory that this process held; ru_maxrss would remember that of its parent."""
    status = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024


def main() -> None:
    """Measure one contender once."""
    name, path = sys.argv[1:]
    contenders = {
        "sluice": sluice,
        "floor": floor,
        "summarize": summarize,
        "polars": polars,
        "import": imported,
    }
    run = contenders[name](path)
    wall, cpu = time.perf_counter(), time.process_time()
    run()
    spent = {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall}
    print(json.dumps(spent | {"peak_mb": peak_mb()}))


if __name__ == "__main__":
    main()
