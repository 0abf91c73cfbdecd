"""What recovery needs from outside: freeing, replay and the sweep."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sluice.batches import Task
from sluice.files import File
from sluice.outcomes import UNFINISHED, Status
from sluice.ports import Message
from sluice.recovery.dead_letters import Letter
from sluice.recovery.sweeps import Listed


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

    def reopen(self, file_id: str, attempt: int, *, of: Collection[str] = (Status.FAILED,)) -> bool:
        """Make a file that failed in *attempt* claimable again, as a new attempt; False if it is not so."""
        ...

    def announce_again(self, *, before: datetime) -> int:
        """Bring each unannounced outcome from before that moment to the stream again; return how many."""
        ...


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a listing."""

    versions: list[Listed]
    """In the order of their keys; of one key, the newest first."""
    next: tuple[str, str] | None
    """Key and version behind which the next page begins; None on the last page."""


class Listing(Protocol):
    """The inbox, version by version."""

    def prefixes(self, prefix: str) -> list[str]:
        """Return the folders directly below *prefix*, a thousand at most."""
        ...

    def versions(self, prefix: str, *, after: str, after_version: str) -> Page:
        """Return the next versions below *prefix*; markers of deletion are none."""
        ...

    def missing(self, files: Sequence[File]) -> list[File]:
        """Return those of the files whose version is no more."""
        ...


@dataclass(frozen=True, slots=True)
class Recorded:
    """A file of the catalogue, with what its deletion has to know."""

    file: File
    results: tuple[str, ...] = ()
    """Keys in the outbox."""
    is_deleted: bool = False
    delete_marker: str = ""
    """The version of the marker that hides the file."""


class Results(Protocol):
    """The outbox, from which results go."""

    def remove(self, key: str, *, file: File) -> bool:
        """Remove a result if it is still that of *file*; False if a newer one has taken its place."""
        ...


class Inventory(Protocol):
    """The catalogue as the sweep goes through it."""

    def of_key(self, key: str) -> list[Recorded]:
        """Return every file of this key, in any version."""
        ...

    def unfinished(self, *, before: datetime) -> Iterator[tuple[File, Known, str]]:
        """Yield each file whose claim expired before that moment, with its processor."""
        ...

    def unannounced(self, *, before: datetime) -> int:
        """Count the outcomes from before that moment that are unannounced."""
        ...

    def settled(
        self, prefix: str, segment: int, segments: int, token: Mapping[str, Any] | None
    ) -> tuple[list[File], Mapping[str, Any] | None]:
        """Return some files with their outcome that are not marked as deleted, and the token of the next."""
        ...

    def mark_deleted(self, file_id: str, *, at: datetime, how: str, marker: str = "") -> bool:
        """Mark a file as deleted; False if the catalogue does not know it."""
        ...

    def restore(self, file_id: str) -> None:
        """Take the mark back."""
        ...


class Reports(Protocol):
    """Where reports are kept."""

    def keep(self, key: str, report: Mapping[str, Any]) -> str:
        """Keep a report; return where it is."""
        ...


class LetterBoxes(Protocol):
    """The queues of dead letters and failed files, by name."""

    @property
    def names(self) -> Sequence[str]:
        """Return the names, in the order in which they are gone through."""
        ...

    def hold(self, queue: str, limit: int) -> list[Letter]:
        """Return up to *limit* letters, which nobody else gets for some minutes."""
        ...

    def delete(self, letter: Letter) -> None:
        """Delete a letter that is held."""
        ...

    def release(self, letters: Sequence[Letter]) -> None:
        """Let others have those of the letters that were not deleted."""
        ...


class Queues(Protocol):
    """Queues that take messages back as they were."""

    def send(self, queue: str, body: str) -> None:
        """Put a message on the queue of this name."""
        ...


class Audit(Protocol):
    """Who replayed what, when."""

    def record(self, line: Mapping[str, Any], *, at: datetime, by: str) -> None:
        """Keep the record of one replay."""
        ...


class Arrivals(Protocol):
    """The arrivals queues, as somebody fills them who is not S3."""

    def put_back(self, files: Iterable[tuple[File, str]], *, reason: str) -> None:
        """Announce each file again on its lane; returns when the queues have accepted all."""
        ...


class FailedFiles(Protocol):
    """The files whose retries are spent."""

    def keep(self, task: Task, *, processor: str, error: str, cause: str) -> None:
        """Keep one for replay, in the form in which the state machine keeps it."""
        ...


class DeadLetters(Protocol):
    """Where a queue's messages lie that nobody can read."""

    def bury(self, message: Message, *, reason: str) -> None:
        """Put the message there with its reason."""
        ...
