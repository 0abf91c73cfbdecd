"""Use case: tune the rates of lanes to what stands behind them can bear."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sluice.moments import to_microseconds
from sluice.pace.aimd import Bounds, Signals, tuned
from sluice.pace.pacing import LaneState, changed
from sluice.pace.ports import LaneStates, Watch
from sluice.ports.journal import Journal

TRIES = 10  # to write a rate, against dispatchers that reserve meanwhile


@dataclass(frozen=True, slots=True)
class Tuner:
    """Tunes lanes; see `tune`."""

    bounds: Mapping[str, Bounds]
    states: LaneStates
    watch: Watch
    journal: Journal
    now: Callable[[], datetime]

    def tune(self) -> dict[str, float]:
        """Give each lane the rate that it can bear, and return the rates; one that fails stays as it is."""
        rates: dict[str, float] = {}
        for lane, bounds in self.bounds.items():
            try:
                rates[lane] = self._tune(lane, bounds)
            except Exception:  # noqa: BLE001  the other lanes are tuned
                self.journal.failed("lane not tuned", {"lane": lane})
        return rates

    def _tune(self, lane: str, bounds: Bounds) -> float:
        state = self.states.read(lane)
        if state.pace.paused:
            return state.pace.rate  # its backlog says nothing about its rate
        signals = self.watch.signals(lane)
        signals = replace(signals, overloads=state.overloads - state.overloads_seen)
        for _ in range(TRIES):
            rate = tuned(state.pace.rate, signals, bounds)
            if (rate == state.pace.rate and not signals.overloads) or self._written(state, rate):
                self._say(lane, state.pace.rate, rate, signals)
                return rate
            state = self.states.read(lane)
        return state.pace.rate

    def _written(self, state: LaneState, rate: float) -> bool:
        new = changed(state, replace(state.pace, rate=rate), to_microseconds(self.now()))
        return self.states.change(state, replace(new, overloads_seen=state.overloads))

    def _say(self, lane: str, old: float, new: float, signals: Signals) -> None:
        if old != new:
            details = {name: getattr(signals, name) for name in Signals.__slots__}
            self.journal.noted("lane tuned", {"lane": lane, "from": old, "to": new} | details)
