"""The lanes of a stack: how they stand, how a person changes them, and why a file of theirs waits."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cli.errors import CommandError
from cli.files import Facts
from sluice.moments import to_microseconds, to_moment
from sluice.outcomes import UNFINISHED, Status
from sluice.pace.lane_setting import LaneSetter
from sluice.pace.pacing import LaneState, Pace
from sluice.pace.ports import LaneStates
from sluice.ports.catalogue import Catalogue
from sluice.rules.versions import Refused, Stale


@dataclass(frozen=True)
class Standing:
    """How one lane stands."""

    state: LaneState
    in_flight: int
    backlog: int
    """Messages in its queue, those included that dispatch holds."""
    oldest: float | None
    """Seconds since the oldest file that dispatch received lately was announced."""
    next_slot: float
    """Seconds until the next file may start."""

    @property
    def cause(self) -> str:
        """Say why the lane's next file waits; empty if it does not."""
        pace = self.state.pace
        if pace.paused:
            return "paused"
        if self.in_flight >= pace.max_in_flight:
            return "full"
        return "at its rate" if self.next_slot > 0 else ""

    def to_json(self) -> dict[str, Any]:
        """Return it for other programs to read."""
        pace = {name: getattr(self.state.pace, name) for name in Pace.__slots__}
        figures = {"in_flight": self.in_flight, "backlog": self.backlog, "oldest_seconds": self.oldest}
        return {"lane": self.state.lane} | pace | figures | {"next_slot_seconds": self.next_slot}


@dataclass(frozen=True)
class Lanes:
    """All lanes of one stack."""

    defaults: Mapping[str, Pace]
    states: LaneStates
    catalogue: Catalogue
    backlog: Callable[[str], int]
    age_of_the_oldest: Callable[[str], float | None]
    now: Callable[[], datetime]

    def all(self) -> list[Standing]:
        """Return how each lane stands."""
        return [self.one(lane) for lane in self.defaults]

    def one(self, lane: str) -> Standing:
        """Return how one lane stands."""
        if lane not in self.defaults:
            raise CommandError(f"There is no lane {lane}, only {', '.join(self.defaults)}.")
        state = self.states.read(lane)
        ahead = state.next_at - state.pace.tolerance + state.pace.interval - to_microseconds(self.now())
        in_flight = len(self.catalogue.unfinished(lane, at=self.now()))
        oldest = self.age_of_the_oldest(lane)
        return Standing(state, in_flight, self.backlog(lane), oldest, max(0, ahead) / 1_000_000)

    def change(self, lane: str, **wanted: Any) -> Standing:
        """Set some of a lane's figures; what is reserved already stays."""
        found = LaneSetter(self.defaults, self.states, self.now).change(lane, wanted)
        if isinstance(found, Refused):
            raise CommandError(f"The {'; the '.join(problem.message for problem in found.problems)}.")
        if isinstance(found, Stale):
            raise CommandError(f"The lane {lane} is too busy to be changed just now: try again.")
        return self.one(lane)

    def reasons(self, facts: Facts) -> Iterator[tuple[str, str]]:
        """Say why a file that is in the catalogue without outcome waits."""
        lane = str(facts.get("lane", ""))
        if facts["status"] not in UNFINISHED or lane not in self.defaults:
            return
        yield "lane", lane
        yield "waits", _wait_of(facts, self.now())
        yield "in the lane", _in_words(self.one(lane))

    def reasons_of_arrival(self, lane: str, age: timedelta) -> Iterator[tuple[str, str]]:
        """Say why a file waits that is in the inbox and not in the catalogue."""
        standing = self.one(lane)
        yield "lane", lane
        yield (
            "waits",
            f"for dispatch, since {age.total_seconds():.0f} s"
            + (f": the lane is {standing.cause}" if standing.cause else ""),
        )
        yield "position", f"one of about {standing.backlog} in the queue, which has no order"
        yield "in the lane", _in_words(standing)


def _wait_of(facts: Facts, now: datetime) -> str:
    """Say what an unfinished file of the catalogue waits for."""
    if datetime.fromtimestamp(int(facts.get("claimed_until", 0)), UTC) <= now:
        return "its claim has expired: it is taken up again when it is announced, or by the sweep"
    if facts["status"] == Status.PROCESSING:
        return "for nothing: it is being processed"
    slot = to_moment(int(facts.get("slot") or 0))
    if slot > now:
        return f"for its slot in {(slot - now).total_seconds():.1f} s, at {slot:%H:%M:%S} UTC"
    return "for its processor: its slot is past"


def _in_words(standing: Standing) -> str:
    pace = standing.state.pace
    flight = f"{standing.in_flight} of at most {pace.max_in_flight} in flight"
    return f"{pace.rate:g} files/s, {flight}, about {standing.backlog} in the queue" + (
        ", paused" if pace.paused else ""
    )
