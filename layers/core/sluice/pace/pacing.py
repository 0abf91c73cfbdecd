"""
The pace of a lane: when files may start, by the generic cell rate algorithm (GCRA).

All moments are integer microseconds since the epoch, so that no rounding ever lets a file start too early.
Source: ITU-T I.371 (2004), annex A, "virtual scheduling": `next_at` is its theoretical arrival time. A
reservation moves `next_at` by one interval a file from where it is, or from now where it has passed; the
n-th file's slot is the moment at which `next_at` is at most `burst` intervals ahead. Hence, whoever
reserves and however often, no window of t seconds holds more than rate · t + burst slots.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from sluice.moments import SECOND


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast the files of one lane may start, and how many may be under way."""

    rate: float
    """Files per second."""
    burst: int
    """Files that a lane which was idle may start at once; no batch is larger."""
    horizon_seconds: int
    """How far ahead dispatch gives slots; what lies beyond stays in the queue."""
    max_in_flight: int
    """Files that may be claimed and without outcome."""
    paused: bool = False
    strict: bool = False
    """Batches of one file, so that none waits for a neighbour."""
    config_version: int = 0
    """Grows with each change by a person or by `tune_pace`; 0 while the template's defaults are in force."""

    @property
    def interval(self) -> int:
        """Microseconds from one file to the next, rounded up."""
        return -(-SECOND // Fraction(str(self.rate)))

    @property
    def tolerance(self) -> int:
        """How far a slot may lie before `next_at`: the time of a burst."""
        return self.burst * self.interval


@dataclass(frozen=True, slots=True)
class LaneState:
    """What stands in the table about one lane."""

    lane: str
    pace: Pace
    next_at: int = 0
    """When all that was reserved is worked off at the lane's rate."""
    overloads: int = 0
    """How often what is behind its processors was overloaded, or a team's own failed; only ever grows."""
    overloads_seen: int = 0
    """As many as `tune_pace` has reacted to."""


class Cause(StrEnum):
    """Why a file waits."""

    RATE = "rate"
    """Every slot within the horizon is taken."""
    IN_FLIGHT = "in-flight"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Closed:
    """No file may be admitted before a moment, and why."""

    until: int
    cause: Cause


def problems(pace: Pace) -> list[str]:
    """Return what is wrong with a pace that a person asks for; the template has the same bounds."""
    limits = {
        "rate": (0.001, 200),  # a lane is one partition of an index, which takes 1,000 writes/s: four a file
        "burst": (1, 10_000),
        "horizon_seconds": (1, 600),
        "max_in_flight": (1, 10_000),
    }
    return [
        f"{name.replace('_', ' ')} is to be from {least:,} to {most:,}, not {getattr(pace, name):,}"
        for name, (least, most) in limits.items()
        if not least <= getattr(pace, name) <= most
    ]


def latest(pace: Pace, now: int, count: int, reach: int) -> int:
    """Return the highest `next_at` at which *count* files find slots within *reach* horizons of *now*."""
    return now + reach * pace.horizon_seconds * SECOND + pace.tolerance - count * pace.interval


def slots_of(pace: Pace, next_at: int, now: int, count: int) -> tuple[int, ...]:
    """
    Return the slots of the *count* files whose reservation moved the lane to *next_at*.

    They are those of *count* reservations of one file each, made in one write.
    """
    first = next_at - pace.tolerance - count * pace.interval
    return tuple(max(now, first + n * pace.interval) for n in range(1, count + 1))


def room(state: LaneState, now: int, reach: int) -> int:
    """Return how many files would find slots within *reach* horizons of *now*."""
    pace = state.pace
    return max(0, (latest(pace, now, 0, reach) - max(now, state.next_at)) // pace.interval)


def opening(state: LaneState, count: int, reach: int) -> int:
    """Return when *count* files will find slots, if nobody else reserves."""
    return state.next_at - latest(state.pace, 0, count, reach)


def changed(state: LaneState, pace: Pace, now: int) -> LaneState:
    """
    Return the lane under another *pace*, with what was reserved and what of the burst was used carried over.

    A change never returns burst that was used, so slots stay within the highest rate · t + the largest burst.
    """
    old = state.pace
    line = state.next_at - old.tolerance  # slots before it are given away
    if line >= now:
        next_at = line + pace.tolerance
    else:
        unused = min((now - line) // old.interval, old.burst, pace.burst)
        next_at = now + (pace.burst - unused) * pace.interval
    version = old.config_version + 1
    return replace(state, pace=replace(pace, config_version=version), next_at=next_at)
