"""What all of recovery needs from outside."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sluice.batches import Task
from sluice.files import File
from sluice.outcomes import UNFINISHED, Status
from sluice.ports.queues import Message


@dataclass(frozen=True, slots=True)
class Known:
    """What the catalogue knows of a file's state."""

    status: str
    attempt: int
    lane: str
    claimed_until: datetime | None
    losses: int = 0
    """Attempts that ended without an answer since the file arrived or was last replayed."""

    deleted: bool = False
    """The object is marked as deleted."""

    @property
    def is_released(self) -> bool:
        """Tell whether the claim was given back: nobody held the file since, so nobody can have lost it."""
        return self.claimed_until is not None and self.claimed_until.timestamp() == 0

    @property
    def is_unfinished(self) -> bool:
        """Tell whether the file has no outcome yet."""
        return self.status in UNFINISHED


class Register(Protocol):
    """The catalogue as recovery reads it, with the changes of state that only recovery makes."""

    def known(self, file_ids: Sequence[str]) -> Mapping[str, Known]:
        """Return what is known of each file; one that was never recorded is not among them."""
        ...

    def free(self, file_id: str, attempt: int, *, lost: bool) -> bool:
        """Let the claim of *attempt* expire now, and count it if it was *lost*; False if it is not held."""
        ...

    def reopen(
        self, file_id: str, attempt: int, *, of: Collection[str] = (Status.FAILED,), by: str = ""
    ) -> bool:
        """
        Make a file that failed in *attempt* claimable again, as a new attempt; False if it is not so.

        *by* says who asked for it, as far as that is known.
        """
        ...

    def announce_again(self, *, before: datetime) -> int:
        """Bring each unannounced outcome from before that moment to the stream again; return how many."""
        ...


class Arrivals(Protocol):
    """The arrivals queues, filled by Sluice itself and not by S3."""

    def put_back(self, files: Iterable[tuple[File, str]], *, reason: str) -> None:
        """Announce each file again on its lane; returns when the queues have accepted all."""
        ...


class FailedFiles(Protocol):
    """The files whose retries are spent."""

    def keep(self, task: Task, *, processor: str, error: str, cause: str) -> None:
        """Keep one for replay, in the form in which the state machine keeps it."""
        ...


class DeadLetters(Protocol):
    """Where messages go that nobody can read."""

    def bury(self, message: Message, *, reason: str) -> None:
        """Put the message there with its reason."""
        ...
