"""The catalogue: the one record of what is known of a file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sluice.batches import Task
from sluice.files import File
from sluice.outcomes import UNFINISHED, Outcome, Status
from sluice.rules.rule import Rule


@dataclass(frozen=True, slots=True)
class Claimed:
    """The file is ours to process, under this attempt number."""

    attempt: int


@dataclass(frozen=True, slots=True)
class Held:
    """Somebody else's unexpired claim."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Settled:
    """The file has its outcome already."""


@dataclass(frozen=True, slots=True)
class SlotSpent:
    """The file was begun before, in this slot or a later one."""


@dataclass(frozen=True, slots=True)
class TriesSpent:
    """The file was begun as often as one attempt may, and never came to an outcome."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the catalogue says of one file."""

    status: Status
    attempt: int
    claimed_until: datetime
    message_id: str
    """The message by which it was claimed."""
    spent_slot: int
    """The slot in which it was last begun, microseconds; 0 before that."""

    @property
    def finished(self) -> bool:
        """Tell whether the file has its outcome."""
        return self.status not in UNFINISHED


class Catalogue(Protocol):
    """The only place that knows a file's state. Every change of state is one conditional write."""

    def claim(
        self,
        file: File,
        *,
        processor: str,
        lane: str,
        until: datetime,
        message_id: str = "",
        slot: int | None = None,
        rule: Rule | None = None,
    ) -> Claimed | Held | Settled:
        """
        Take *file* for processing, also over from a claim that has expired.

        A claim made for the same message that nobody has begun is taken over too: who made it is gone. Of
        *rule*, its reference and what it says of notifications are kept with the file.
        """
        ...

    def standing(self, files: Sequence[File]) -> Mapping[str, Standing]:
        """Return what the catalogue says of each file, by its id; one that was never claimed is left out."""
        ...

    def unfinished(self, lane: str, *, at: datetime) -> frozenset[str]:
        """Return the ids of the lane's unexpired claims, from an index that lags behind by moments."""
        ...

    def release(self, task: Task) -> None:
        """Give a claim back that was not used, if it is still the newest."""
        ...

    def begin(
        self, task: Task, *, until: datetime, slot: int | None = None, most: int | None = None
    ) -> bool | SlotSpent | TriesSpent:
        """
        Mark the file as being processed; False if the claim is not the newest or an outcome is there.

        With a slot, the file is begun at most once in it: this write spends the slot. With *most*, one
        attempt begins it at most so often; what `excuse` was told of does not count.
        """
        ...

    def excuse(self, task: Task) -> None:
        """Do not count the last begin of *task*: what became of it says nothing about the file."""
        ...

    def renew(self, task: Task, *, until: datetime) -> bool:
        """Keep the claim of a file that waits; False if it is not the newest or an outcome is there."""
        ...

    def record(self, task: Task, outcome: Outcome, *, at: datetime) -> bool:
        """Write the outcome, once; False if the claim is not the newest or an outcome is there."""
        ...
