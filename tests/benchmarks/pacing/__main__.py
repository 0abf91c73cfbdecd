"""
Drain a burst of 100,000 files against a downstream that degrades: python -m tests.benchmarks.pacing.

A simulation in steps of a second: no control, fixed concurrency, a fixed pace, and the pace that `tune_pace`
moves. The paces are the product's own reservations and its own tuning. Writes build/bench/pacing.json.
"""

import json
import statistics
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

from sluice.moments import SECOND, to_microseconds
from sluice.pace.aimd import Bounds, Signals
from sluice.pace.pacing import Closed, Pace
from sluice.pace.reserving import Reserver
from sluice.pace.tuning import Tuner
from tests.benchmarks.pacing.downstream import Downstream
from tests.fakes import START, FakeClock, FakeJournal, FakeLaneStates

FILES = 100_000
BATCH = 10
TUNED_EVERY = 60  # seconds
LONGEST = 24 * 3600
RESULT = Path(__file__).parents[3] / "build" / "bench" / "pacing.json"
BOUNDS = Bounds(1, 100)


@dataclass
class Run:
    """What became of one burst."""

    name: str
    drain_seconds: int
    overload_seconds: int
    """Seconds in which something was refused."""
    refused: int
    oscillation: float
    """Standard deviation of the requests per second, as a share of their mean."""


class Paced:
    """Offers what a lane gives slots for; with bounds, the lane is tuned."""

    def __init__(self, rate: float, bounds: Bounds | None = None) -> None:
        self.clock = FakeClock()
        pace = Pace(rate=rate, burst=BATCH, horizon_seconds=30, max_in_flight=10_000)
        self.states = FakeLaneStates(csv=pace)
        self.reserver = Reserver(self.states, self.clock)
        self.tuner = Tuner({"csv": bounds}, self.states, self, FakeJournal(), self.clock) if bounds else None
        self.slots: list[int] = []

    def signals(self, _lane: str) -> Signals:
        """A backlog, for as long as the burst lasts."""
        return Signals(waiting=1)

    def offer(self, second: int, refused_before: int) -> float:
        """Return how many files have their slot in this second; those refused before are among them."""
        self.clock.time = START + timedelta(seconds=second)
        if refused_before:
            self.states.overloaded("csv")
        if self.tuner and second % TUNED_EVERY == 0:
            self.tuner.tune()
        while not isinstance(slots := self.reserver.reserve("csv", BATCH, least=BATCH), Closed):
            self.slots += slots
        end = to_microseconds(self.clock()) + SECOND
        due = [slot for slot in self.slots if slot < end]
        self.slots = self.slots[len(due) :]
        return len(due)


def drained(name: str, offer: Callable[[int, int], float], downstream: Downstream) -> Run:
    """Offer files second by second until all are served."""
    left, second, overloads, refused, offers = float(FILES), 0, 0, 0.0, []
    refused_now = 0
    while left > 0 and second < LONGEST:
        offered = min(left, offer(second, refused_now))
        served = downstream.served(second, offered)
        refused_now = round(offered - served)
        left -= served
        overloads += refused_now > 0
        refused += offered - served
        offers.append(offered)
        second += 1
    oscillation = statistics.pstdev(offers) / statistics.fmean(offers)
    return Run(name, second, overloads, round(refused), round(oscillation, 2))


def main() -> None:
    """Run all, print the table, and write it."""
    downstream = Downstream()
    runs = [
        drained("no control (1,000 at once)", lambda s, _: downstream.offered_by(s, 1000), downstream),
        drained("fixed concurrency 20", lambda s, _: downstream.offered_by(s, 20), downstream),
        drained("fixed concurrency 5", lambda s, _: downstream.offered_by(s, 5), downstream),
        drained("fixed pace 60/s", Paced(60).offer, downstream),
        drained("fixed pace 15/s", Paced(15).offer, downstream),
        drained("tuned pace", Paced(25, BOUNDS).offer, downstream),
    ]
    print(f"{'':30}{'drain':>10}{'overloaded':>12}{'refused':>12}{'oscillation':>13}")
    for run in runs:
        figures = f"{run.drain_seconds:>8} s{run.overload_seconds:>10} s{run.refused:>12,}"
        print(f"{run.name:30}{figures}{run.oscillation:>13.2f}")
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(json.dumps({"files": FILES, "runs": [asdict(run) for run in runs]}, indent=2) + "\n")


if __name__ == "__main__":
    main()
