"""Use case: show how fast the files of each lane may start, and change it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sluice.moments import to_microseconds
from sluice.pace.pacing import LaneState, changed, problems
from sluice.pace.ports import LaneStates
from sluice.rules.versions import Missing, Problem, Refused, Stale

TRIES = 20  # to write a change, against dispatchers that reserve meanwhile


@dataclass(frozen=True, slots=True)
class LaneSetter:
    """Changes the pace of lanes; a change acts within the lane's horizon."""

    lanes: Collection[str]
    states: LaneStates
    now: Callable[[], datetime]

    def all(self) -> Sequence[LaneState]:
        """Return every lane."""
        return [self.states.read(lane) for lane in self.lanes]

    def get(self, lane: str) -> LaneState | Missing:
        """Return one lane."""
        return self.states.read(lane) if lane in self.lanes else Missing()

    def change(
        self, lane: str, wanted: Mapping[str, Any], *, expected: int | None = None
    ) -> LaneState | Missing | Refused | Stale:
        """
        Set some figures of a lane, and return how it stands then; what is reserved already stays.

        *expected* is the configuration that the change is based on. Stale also where dispatchers reserve so
        fast that the change could not be written between them.
        """
        if lane not in self.lanes:
            return Missing()
        for _ in range(TRIES):
            seen = self.states.read(lane)
            if expected not in (None, seen.pace.config_version):
                return Stale()
            pace = replace(seen.pace, **wanted)
            if wrong := problems(pace):
                return Refused(tuple(Problem("", message) for message in wrong))
            if self.states.change(seen, changed(seen, pace, to_microseconds(self.now()))):
                return self.states.read(lane)
        return Stale()
