"""What the pace of lanes needs from outside."""

from typing import Protocol

from sluice.batches import Batch
from sluice.pace.aimd import Signals
from sluice.pace.pacing import LaneState


class LaneStates(Protocol):
    """
    The pace of each lane, and how far its slots are given away.

    Each change is one conditional update; a refused one answers what stands there now.
    """

    def read(self, lane: str) -> LaneState:
        """Return the lane's state."""
        ...

    def advance(self, seen: LaneState, by: int, *, at_least: int, at_most: int) -> tuple[bool, LaneState]:
        """Add *by* to `next_at` if that lies in between, under the configuration seen and not paused."""
        ...

    def restart(self, seen: LaneState, to: int, *, before: int) -> tuple[bool, LaneState]:
        """Set `next_at` if it lies before a moment, under the configuration seen and not paused."""
        ...

    def change(self, seen: LaneState, to: LaneState) -> bool:
        """Write a new configuration, if nothing was reserved nor changed since *seen*."""
        ...

    def overloaded(self, lane: str) -> None:
        """Count that what is behind the lane's processors is overloaded."""
        ...


class Watch(Protocol):
    """What is seen of the lanes and of their processors from outside."""

    def signals(self, lane: str) -> Signals:
        """Return what was seen of a lane lately; its overloads are counted elsewhere."""
        ...


class Executions(Protocol):
    """The state machine that processes batches."""

    def start(self, batch: Batch) -> None:
        """Start one execution; a batch that was started before is not started again."""
        ...
