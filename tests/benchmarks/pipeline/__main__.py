"""
Measure the whole pipeline on the local stack: python -m tests.benchmarks.pipeline [--files N] [--steady S].

A burst of small files, then a steady rate below capacity, then dispatch alone against adapters in memory.
What comes to nothing is waited for for two minutes; then the command says so and fails. The emulator is one
process on this machine, so files per second say what it can bear, not what AWS can; lost files and times
processed do not depend on that. Costs follow from what was counted. Writes build/bench/pipeline.json.
"""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

from local import stack
from local.build import Build, build
from local.deploy import deploy
from tests.benchmarks.pipeline import dispatching, load, money
from tests.benchmarks.pipeline.counting import snapshot
from tests.benchmarks.pipeline.site import Site

RESULT = Path(__file__).parents[3] / "build" / "bench" / "pipeline.json"

# No rate holds files back, for the emulator is to be the bottleneck. As many are in flight as its few
# processes can begin within the lateness that a slot allows; the backlog stays in the queue, as on AWS.
UNPACED = {"CsvRate": "200", "CsvBurst": "10000", "CsvMaxInFlight": "80"}


def main() -> None:
    """Run all parts, print the figures, and write them."""
    parser = argparse.ArgumentParser(prog="pipeline", description=__doc__)
    parser.add_argument("--files", type=int, default=10_000, help="files of the burst")
    parser.add_argument("--steady", type=float, default=60, help="seconds of the steady rate")
    parser.add_argument("--rate", type=float, default=5, help="files per second of the steady rate")
    arguments = parser.parse_args()
    with stack.session("bench") as (home, endpoint):
        print("building and deploying", flush=True)
        build(Build(), home.deploy_log)
        site = Site(endpoint, deploy(home, Build(), UNPACED), home.call_log)
        load.warm_up(site)
        before = snapshot(home, site)
        drained = load.burst(site, arguments.files)
        figures = drained.figures() | money.figures(before, snapshot(home, site), drained)
        figures |= {"cores": os.cpu_count(), "load_average": os.getloadavg()[0]}
        _write(figures)
        figures |= load.steady(site, arguments.steady, arguments.rate) | dispatching.figures()
    _write(figures)
    if drained.lost or drained.unannounced:
        sys.exit(f"{drained.lost} files have no outcome, {drained.unannounced} outcomes were not announced")


def _write(figures: dict[str, Any]) -> None:
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(json.dumps(figures, indent=2) + "\n")
    for name, value in figures.items():
        if not isinstance(value, dict | list):
            print(f"{name:40} {value:,.3f}" if isinstance(value, float) else f"{name:40} {value}")
    print(f"written to {RESULT}", flush=True)


if __name__ == "__main__":
    main()
