"""
Measure the CSV profile against its peers: python -m tests.benchmarks.csv [--scale S] [--repeats N].

Contenders run in turn, one process and one pinned processor each, N times; figures are medians. Ratios are
of CPU seconds, which other work on the machine disturbs less than the clock (the clock's are in the samples
too): of the work itself for contenders in Python, whose interpreter and imports are left out, of the whole
process for xsv. Peak memory is that of the whole process, by its own account. Writes build/bench/csv.json.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

from tests.benchmarks.csv.tables import TABLES

ROOT = Path(__file__).parents[3]
BUILD = ROOT / "build" / "bench"
TARGETS = {
    "mixed_vs_summarize": 0.5,
    "narrow_vs_summarize": 0.25,
    "wide_vs_xsv": 1.0,
    "small_vs_xsv": 1.0,
    "mixed_vs_floor": 3.0,
    "peak_mb": 64.0,
    "import_ms": 60.0,
}
PLAN = {
    "mixed": ("sluice", "floor", "summarize", "xsv", "polars"),
    "narrow": ("sluice", "floor", "summarize", "xsv", "polars"),
    "wide": ("sluice", "floor", "summarize", "xsv", "polars"),
    "small": ("sluice", "floor", "summarize", "xsv", "polars"),
}
ENVIRONMENT = os.environ | {
    "PYTHONPATH": f"{ROOT / 'layers/core'}{os.pathsep}{ROOT}",
    "POLARS_MAX_THREADS": "1",
}


def xsv_command() -> str | None:
    """Find the program: where make put it (XSV), or on the PATH."""
    named = Path(os.environ.get("XSV", "xsv")).absolute()
    return str(named) if named.exists() else shutil.which("xsv")


def run(command: list[str], *, pinned: int) -> dict[str, float]:
    """Run a process on one processor; return its own measurements, or its process's, and its peak."""
    read, write = os.pipe()
    started = time.perf_counter()
    pid = os.posix_spawn(
        command[0],
        command,
        ENVIRONMENT,
        file_actions=[(os.POSIX_SPAWN_DUP2, write, 1), (os.POSIX_SPAWN_CLOSE, read)],
    )
    os.sched_setaffinity(pid, {pinned})
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        said = pipe.read()
    _, status, usage = os.wait4(pid, 0)
    wall = time.perf_counter() - started
    if status:
        return {"failed": 1.0}
    process = {"cpu": usage.ru_utime + usage.ru_stime, "wall": wall}
    own = json.loads(said) if said.startswith(b'{"cpu"') else process
    # Of a program that does not say: at least what this process holds, which ru_maxrss remembers.
    return {"peak_mb": usage.ru_maxrss / 1024} | own | {"process_cpu": process["cpu"], "process_wall": wall}


def command_of(contender: str, path: Path) -> list[str] | None:
    """Return how a contender is started, None if it is not installed."""
    if contender == "xsv":
        xsv = xsv_command()
        return [xsv, "stats", str(path)] if xsv else None
    return [sys.executable, "-m", "tests.benchmarks.csv.contenders", contender, str(path)]


def table(name: str, scale: float) -> Path:
    """Return the path of a table, made if it is not there yet."""
    path = BUILD / f"{name}-{scale:g}.csv"
    if not path.exists():
        print(f"making {path.name} ...", flush=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.csv.tables", name, str(path), str(scale)],
            check=True,
            env=ENVIRONMENT,
        )
    return path


def warm(path: Path) -> None:
    """Read a file into the page cache."""
    with path.open("rb") as file:
        while file.read(1 << 24):
            pass


def measure(scale: float, repeats: int, names: list[str]) -> dict[str, dict[str, list[dict[str, float]]]]:
    """Return the samples by table and contender."""
    pinned = max(os.sched_getaffinity(0))
    samples: dict[str, dict[str, list[dict[str, float]]]] = {}
    for name in names:
        path = table(name, scale if name != "small" else 1.0)
        warm(path)
        for repeat in range(repeats):
            for contender in PLAN[name]:
                print(f"\r{name}, {repeat + 1} of {repeats}: {contender:12}", end="", flush=True)
                if command := command_of(contender, path):
                    samples.setdefault(name, {}).setdefault(contender, []).append(run(command, pinned=pinned))
    for _ in range(max(repeats, 5) + 1):
        samples.setdefault("none", {}).setdefault("import", []).append(
            run(command_of("import", Path("-")) or [], pinned=pinned)
        )
    samples["none"]["import"].pop(0)  # it compiled the modules; a deployed layer holds them compiled
    return samples


def median(samples: list[dict[str, float]], key: str = "cpu") -> float:
    """Return the median of what did not fail."""
    values = [sample[key] for sample in samples if key in sample]
    return statistics.median(values) if values else float("nan")


def figures(samples: dict[str, dict[str, list[dict[str, float]]]]) -> dict[str, float]:
    """Return what the targets are about."""
    found = {"import_ms": 1000 * median(samples["none"]["import"])}
    for name, peer in (
        ("mixed", "summarize"),
        ("narrow", "summarize"),
        ("wide", "xsv"),
        ("small", "xsv"),
        ("mixed", "floor"),
    ):
        if name in samples and peer in samples[name]:
            found[f"{name}_vs_{peer}"] = median(samples[name]["sluice"]) / median(samples[name][peer])
    ours = [sample for name in TABLES if name in samples for sample in samples[name]["sluice"]]
    found["peak_mb"] = max(sample["peak_mb"] for sample in ours)
    return found


def main() -> None:
    """Measure, print tables, write the report."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--scale", type=float, default=1.0, help="of the tables' sizes, but for small")
    arguments.add_argument("--repeats", type=int, default=5)
    arguments.add_argument("--tables", nargs="+", default=list(TABLES), choices=list(TABLES))
    chosen = arguments.parse_args()
    samples = measure(chosen.scale, chosen.repeats, chosen.tables)
    found = figures(samples)
    for name in chosen.tables:
        size = table(name, chosen.scale if name != "small" else 1.0).stat().st_size
        print(f"\n\n{name}, {size / 1e6:.0f} MB")
        for contender, taken in samples[name].items():
            cpu, peak = median(taken), median(taken, "peak_mb")
            print(
                f"  {contender:10} {cpu:8.3f} s CPU {median(taken, 'wall'):8.3f} s"
                f" {size / 1e6 / cpu:7.0f} MB/s {peak:7.0f} MB"
            )
    print()
    for key, target in TARGETS.items():
        if key in found:
            verdict = "met" if found[key] <= target else "MISSED"
            print(f"{key:20} {found[key]:8.3f}  target {target:g}  {verdict}")
    report = {
        "scale": chosen.scale,
        "repeats": chosen.repeats,
        "cpus": os.cpu_count(),
        "load_average": os.getloadavg(),  # above 1 others were at work
        **found,
        "targets": TARGETS,
        "samples": samples,
    }
    (BUILD / "csv.json").write_text(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
