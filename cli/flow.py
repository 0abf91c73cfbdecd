"""How files flow through a stack: what was seen at a look, and how fast they went between looks."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cli.files import OUTCOMES, Facts
from cli.lanes import Standing

LATELY = 15.0  # seconds over which the speed is measured
SLOWEST = 0.05  # files per second; below it, an estimate of the time that is left means nothing


@dataclass(frozen=True)
class Look:
    """What was seen of a stack at one moment."""

    at: float
    """Seconds, by whatever clock."""
    lanes: list[Standing]
    counts: Mapping[str, int]
    """Files by status, of those uploaded since the watch began or shortly before."""
    kept: Mapping[str, int]
    """Messages in the queues where none should be, by their outputs' names."""
    newest: list[Facts]

    @property
    def done(self) -> int:
        """Files that have come to their end."""
        return sum(self.counts.get(status, 0) for status in OUTCOMES)

    @property
    def left(self) -> int:
        """Files that have not: in the queues, about, and in flight."""
        return sum(lane.backlog + lane.in_flight for lane in self.lanes)


@dataclass
class Flow:
    """Remembers the looks of the last seconds."""

    looks: deque[Look] = field(default_factory=deque)

    def add(self, look: Look) -> None:
        """Take a new look, and forget those that are too old to tell the speed by."""
        self.looks.append(look)
        while look.at - self.looks[min(1, len(self.looks) - 1)].at >= LATELY:
            self.looks.popleft()

    @property
    def newest(self) -> Look:
        """The look that was taken last."""
        return self.looks[-1]

    @property
    def speed(self) -> float | None:
        """Files that came to their end per second, lately; None before the second look."""
        first, last = self.looks[0], self.looks[-1]
        return None if last.at <= first.at else max(0.0, (last.done - first.done) / (last.at - first.at))

    @property
    def seconds_left(self) -> float | None:
        """How long the rest takes at this speed; None where that cannot be said."""
        speed = self.speed
        return self.newest.left / speed if speed and speed >= SLOWEST else None

    def to_json(self) -> dict[str, Any]:
        """Return it for other programs to read."""
        look = self.newest
        return {
            "lanes": [lane.to_json() for lane in look.lanes],
            "files": dict(look.counts),
            "left": look.left,
            "kept": dict(look.kept),
            "files_per_second": self.speed,
            "seconds_left": self.seconds_left,
        }
