"""
Measure the image engine against sharp and Pillow: python -m tests.benchmarks.images [ROUNDS [REPEATS]].

Every contender makes three WebP renditions and the optimized original of each input, on one core, with the
same quality and effort. Each round starts each contender afresh, in turn, so that a busy minute falls on all
alike; figures are medians over all rounds. Writes build/bench/images.json.
Needs node and npm; sharp is installed for this only.
"""

import json
import os
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path
from statistics import median
from typing import Any

from tests.benchmarks.images.inputs import inputs
from tests.benchmarks.images.settings import SETTINGS

SHARP = "sharp@0.35.5"
BUILD = Path("build/bench")
TARGETS = {
    "vs_sharp_cascade": 1.0,
    "vs_sharp_separate": 0.65,
    "vs_pillow_tuned": 0.85,
    "memory_vs_sharp": 0.6,
}
PYTHON_CONTENDERS = ("sluice", "sluice_in_process", "pillow", "pillow_draft")
SHARP_CONTENDERS = ("cascade", "separate")


def main() -> None:
    """Run all rounds and print a table."""
    rounds, repeats = (int(given) for given in (*sys.argv[1:], "5", "3")[:2])
    _install_sharp()
    sources = inputs()
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})  # inherited by every contender
    samples: dict[str, dict[str, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for _ in range(rounds):
        for source in sources:
            for name, command in _commands(source, repeats).items():
                found = subprocess.run(
                    command, check=True, capture_output=True, text=True, env=_environment()
                )
                samples[source.name][name].append(json.loads(found.stdout))
    report = {
        "settings": SETTINGS,
        "targets": TARGETS,
        "rounds": rounds,
        "inputs": {name: _compared(by_contender) for name, by_contender in samples.items()},
        "start": _start_seconds(),
    }
    (BUILD / "images.json").write_text(json.dumps(report, indent=1))
    _print(report)


def _commands(source: Path, repeats: int) -> dict[str, list[str]]:
    here = Path(__file__).parent
    python = [sys.executable, "-m", "tests.benchmarks.images.contender"]
    node = ["node", str(here / "sharp.cjs")]
    draft = source.suffix == ".jpg"
    names = [name for name in PYTHON_CONTENDERS if draft or name != "pillow_draft"]
    return {name: [*python, name, str(source), str(repeats)] for name in names} | {
        f"sharp_{manner}": [*node, manner, str(source), str(repeats), json.dumps(SETTINGS)]
        for manner in SHARP_CONTENDERS
    }


def _environment() -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, ["layers/core", *sys.path])),
        "VIPS_CONCURRENCY": "1",
    }


def _install_sharp() -> None:
    folder = BUILD / "sharp"
    if (folder / "node_modules" / "sharp").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "package.json").write_text("{}")
    subprocess.run(["npm", "install", "--silent", "--no-fund", "--no-audit", SHARP], cwd=folder, check=True)


def _compared(by_contender: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    seconds = {name: median(_all_seconds(found)) for name, found in by_contender.items()}
    peak, whole = (
        {name: median(sample[key] for sample in found) for name, found in by_contender.items()}
        for key in ("peak_mb", "with_parent_mb")
    )
    pillow = min(seconds[name] for name in seconds if name.startswith("pillow"))
    return {
        "vs_sharp_cascade": seconds["sluice"] / seconds["sharp_cascade"],
        "vs_sharp_separate": seconds["sluice"] / seconds["sharp_separate"],
        "vs_pillow_tuned": seconds["sluice"] / pillow,
        "memory_vs_sharp": peak["sluice"] / peak["sharp_cascade"],
        "memory_with_parent_vs_sharp": whole["sluice"] / whole["sharp_cascade"],
        "isolation_cost_seconds": seconds["sluice"] - seconds["sluice_in_process"],
        "images_per_second": 1 / seconds["sluice"],
        "median_seconds": seconds,
        "peak_mb": peak,
        "with_parent_mb": whole,
        "bytes": {name: found[0]["bytes"] for name, found in by_contender.items()},
        "samples": by_contender,
    }


def _all_seconds(found: list[dict[str, Any]]) -> list[float]:
    return [second for sample in found for second in sample["seconds"]]


def _start_seconds() -> dict[str, float]:
    """Return what a cold function adds: importing what it needs, and starting the rendering process."""
    code = (
        "import time; t = time.perf_counter(); from sluice.image_isolation import ImageWorker;"
        "i = time.perf_counter(); w = ImageWorker();"
        "s = time.perf_counter(); w.render(b''); r = time.perf_counter();"
        "w.close(); print(i - t, s - i, r - s)"
    )
    runs = []
    for _ in range(7):
        started = time.perf_counter()
        found = subprocess.run(
            [sys.executable, "-c", code], check=True, capture_output=True, text=True, env=_environment()
        )
        runs.append([*map(float, found.stdout.split()), time.perf_counter() - started])
    names = ("import", "start_returns", "first_answer", "whole_program")
    return {name: median(column) for name, column in zip(names, zip(*runs, strict=True), strict=True)}


def _print(report: dict[str, Any]) -> None:
    print(f"{'input':14}{'ms':>7}{'cascade':>9}{'separate':>9}{'pillow':>9}{'memory':>9}{'MB':>6}")
    for name, found in report["inputs"].items():
        ratios = "".join(
            f"{found[key]:8.2f}{' ' if found[key] <= most else '!'}" for key, most in TARGETS.items()
        )
        print(
            f"{name:14}{found['median_seconds']['sluice'] * 1000:7.0f}{ratios}{found['peak_mb']['sluice']:6.0f}"
        )
    print("! is beyond the target:", ", ".join(f"{key} {most}" for key, most in TARGETS.items()))


if __name__ == "__main__":
    main()
