"""
Measure the image engine against sharp and Pillow: make bench-images (BENCH=3 for three turns).

Every contender makes three WebP renditions and the optimized original of each input, on one core, with the
same quality and effort. All contenders of an input are started and warmed up, and then take turns, image by
image, so that a busy second of the machine falls on all alike; a ratio is the median over the turns.
Ratios of processor time stand beside those of the clock, for a machine that has other work.
Writes build/bench/images.json. Needs node and npm; sharp is installed for this only.
"""

import json
import os
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import fields
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from sluice.settings.processors import ProcessImageSettings
from tests.benchmarks.images.inputs import inputs
from tests.benchmarks.images.settings import SETTINGS

SHARP = "sharp@0.35.5"
BUILD = Path("build/bench")
TURNS = 9
STARTS = 7
TARGETS = {
    "vs_sharp_cascade": 1.0,
    "vs_sharp_separate": 0.65,
    "vs_pillow_tuned": 0.85,
    "memory_vs_sharp": 0.6,
}
PYTHON_CONTENDERS = ("sluice", "sluice_in_process", "pillow", "pillow_draft")
SHARP_CONTENDERS = ("cascade", "separate")

Samples = dict[str, list[dict[str, Any]]]


def main() -> None:
    """Measure every input and print a table."""
    turns = int(sys.argv[1]) if len(sys.argv) > 1 else TURNS
    _install_sharp()
    sources = inputs()
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})  # inherited by every contender
    report = {
        "settings": SETTINGS,
        "targets": TARGETS,
        "turns": turns,
        "inputs": {source.name: _compared(_samples(source, turns)) for source in sources},
        "start": _start_seconds() | {"handler_import": _handler_import_seconds()},
    }
    (BUILD / "images.json").write_text(json.dumps(report, indent=1))
    _print(report)


def _samples(source: Path, turns: int) -> Samples:
    """Let every contender run once cold, which is not counted, and then in turns."""
    print(f"{source.name}:", end="", file=sys.stderr, flush=True)
    with ExitStack() as running:
        contenders = {
            name: running.enter_context(_started(command)) for name, command in _commands(source).items()
        }
        samples: Samples = {name: [] for name in contenders}
        for turn in range(turns + 1):
            print(f" {turn}/{turns}" if turn else " warming up,", end="", file=sys.stderr, flush=True)
            for name, contender in contenders.items():
                sample = _run(contender)
                if turn:
                    samples[name].append(sample)
        for contender in contenders.values():
            contender.stdin.close()
    print(file=sys.stderr)
    return samples


def _started(command: list[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=_environment()
    )


def _run(contender: subprocess.Popen[str]) -> dict[str, Any]:
    contender.stdin.write("run\n")
    contender.stdin.flush()
    return json.loads(contender.stdout.readline())


def _commands(source: Path) -> dict[str, list[str]]:
    python = [sys.executable, "-m", "tests.benchmarks.images.contender"]
    node = ["node", str(Path(__file__).with_name("sharp.cjs"))]
    draft = source.suffix == ".jpg"
    names = [name for name in PYTHON_CONTENDERS if draft or name != "pillow_draft"]
    return {name: [*python, name, str(source)] for name in names} | {
        f"sharp_{manner}": [*node, manner, str(source), json.dumps(SETTINGS)] for manner in SHARP_CONTENDERS
    }


def _environment() -> dict[str, str]:
    found = os.pathsep.join(filter(None, ["layers/core", *sys.path]))
    return {**os.environ, "PYTHONPATH": found, "VIPS_CONCURRENCY": "1"}


def _install_sharp() -> None:
    folder = BUILD / "sharp"
    if (folder / "node_modules" / "sharp").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "package.json").write_text("{}")
    subprocess.run(["npm", "install", "--silent", "--no-fund", "--no-audit", SHARP], cwd=folder, check=True)


def _compared(samples: Samples) -> dict[str, Any]:
    seconds = {name: median(sample["seconds"] for sample in found) for name, found in samples.items()}
    peak, whole = (
        {name: max(sample[key] for sample in found) for name, found in samples.items()}
        for key in ("peak_mb", "with_parent_mb")
    )
    pillow = min((name for name in samples if name.startswith("pillow")), key=seconds.__getitem__)
    others = ("sharp_cascade", "sharp_separate", pillow)
    return {
        "vs_sharp_cascade": _ratio(samples, "sharp_cascade"),
        "vs_sharp_separate": _ratio(samples, "sharp_separate"),
        "vs_pillow_tuned": _ratio(samples, pillow),
        "cpu": {f"vs_{name}": _ratio(samples, name, "cpu_seconds") for name in others},
        "vs_in_process": _ratio(samples, "sluice_in_process"),
        "memory_vs_sharp": peak["sluice"] / peak["sharp_cascade"],
        "memory_with_parent_vs_sharp": whole["sluice"] / whole["sharp_cascade"],
        "images_per_second": 1 / median(sample["cpu_seconds"] for sample in samples["sluice"]),
        "median_seconds": seconds,
        "peak_mb": peak,
        "with_parent_mb": whole,
        "bytes": {name: found[0]["bytes"] for name, found in samples.items()},
        "samples": samples,
    }


def _ratio(samples: Samples, other: str, measure: str = "seconds") -> float:
    """Return how long Sluice takes as a share of *other*, the median over the turns."""
    turns = zip(samples["sluice"], samples[other], strict=True)
    return median(ours[measure] / theirs[measure] for ours, theirs in turns)


def _start_seconds() -> dict[str, float]:
    """Return what a cold function adds: importing what it needs, and starting the rendering process."""
    code = (
        "import time; t = time.perf_counter(); from sluice.images.isolation import ImageWorker;"
        "i = time.perf_counter(); w = ImageWorker();"
        "s = time.perf_counter(); w.render(b''); r = time.perf_counter();"
        "w.close(); print(i - t, s - i, r - s)"
    )
    runs = []
    for _ in range(STARTS):
        started = time.perf_counter()
        found = subprocess.run(
            [sys.executable, "-c", code], check=True, capture_output=True, text=True, env=_environment()
        )
        runs.append([*map(float, found.stdout.split()), time.perf_counter() - started])
    names = ("import", "start_returns", "first_answer", "whole_program")
    return {name: median(column) for name, column in zip(names, zip(*runs, strict=True), strict=True)}


def _handler_import_seconds() -> float:
    """Return how long the whole handler takes to import, with boto3 and Powertools."""
    code = (
        "import time; t = time.perf_counter(); import functions.process_image.handler;"
        "print(time.perf_counter() - t)"
    )
    variables = {each.name.upper(): "1" for each in fields(ProcessImageSettings)}
    variables |= {"POWERTOOLS_TRACE_DISABLED": "1", "AWS_DEFAULT_REGION": "eu-central-1"}
    started = partial(subprocess.run, check=True, capture_output=True, text=True)
    command, environment = [sys.executable, "-c", code], _environment() | variables
    return median(float(started(command, env=environment).stdout) for _ in range(STARTS))


def _print(report: dict[str, Any]) -> None:
    heads = "".join(f"{name:>9}" for name in ("cascade", "separate", "pillow", "memory"))
    print(f"{'input':14}{'ms':>7}{heads}{'MB':>6}{'a second':>10}  of processor time")
    for name, found in report["inputs"].items():
        ratios = "".join(
            f"{found[key]:8.2f}{' ' if found[key] <= most else '!'}" for key, most in TARGETS.items()
        )
        milliseconds, peak = found["median_seconds"]["sluice"] * 1000, found["peak_mb"]["sluice"]
        cpu = " ".join(f"{ratio:.2f}" for ratio in found["cpu"].values())
        print(f"{name:14}{milliseconds:7.0f}{ratios}{peak:6.0f}{found['images_per_second']:10.1f}  {cpu}")
    start = report["start"]
    print(
        f"import of the handler {start['handler_import'] * 1000:.0f} ms; the rendering process answers"
        f" {(start['start_returns'] + start['first_answer']) * 1000:.0f} ms after it is started"
    )
    print("! is beyond the target:", ", ".join(f"{key} {most}" for key, most in TARGETS.items()))


if __name__ == "__main__":
    main()
