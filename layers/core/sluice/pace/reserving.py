"""Use case: reserve slots of a lane, against any number of others who do the same."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sluice.errors import ServiceBusyError
from sluice.moments import to_microseconds
from sluice.pace.pacing import Cause, Closed, LaneState, latest, opening, room, slots_of
from sluice.pace.ports import LaneStates

DISPATCH_REACH = 1  # horizons
UNDERWAY_REACH = 2  # a file under way that needs another slot must not starve behind those that arrive
TRIES = 50
PAUSED_FOR = 2  # seconds until a paused lane is looked at again


@dataclass(frozen=True, slots=True)
class Reserver:
    """Reserves slots; see `reserve`."""

    states: LaneStates
    now: Callable[[], datetime]

    def reserve(
        self, lane: str, wanted: int, *, least: int = 1, reach: int = DISPATCH_REACH
    ) -> tuple[int, ...] | Closed:
        """
        Reserve up to *wanted* slots, and at least *least*, within *reach* horizons.

        Returns the slots in order, or until when the lane is closed. A try is one conditional update: the
        lane is busy (`next_at` is to come) or idle (it has passed), as it was last seen. A refused update
        answers what stands there, so that a second one mostly succeeds. What was reserved needs no return.
        """
        state = self.states.read(lane)
        for _ in range(TRIES):
            if state.pace.paused:
                return Closed(self._microseconds() + PAUSED_FOR * 1_000_000, Cause.PAUSED)
            now = self._microseconds()
            least = min(least, state.pace.burst)
            count = min(wanted, state.pace.burst, room(state, now, reach))
            if count < least:
                return Closed(opening(state, least, reach), Cause.RATE)
            done, state = self._move(state, now, count, reach)
            if done:
                return slots_of(state.pace, state.next_at, now, count)
        raise ServiceBusyError(f"cannot reserve slots of {lane}: others were faster {TRIES} times")

    def _move(self, state: LaneState, now: int, count: int, reach: int) -> tuple[bool, LaneState]:
        by = count * state.pace.interval
        if state.next_at >= now:
            return self.states.advance(state, by, at_least=now, at_most=latest(state.pace, now, count, reach))
        return self.states.restart(state, now + by, before=now)

    def _microseconds(self) -> int:
        return to_microseconds(self.now())
