"""What sweeps and deletions need from outside."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sluice.files import File
from sluice.recovery.ports import Known
from sluice.recovery.sweeps import Listed


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

    def first(self, prefix: str, *, after: str) -> str | None:
        """Return the first key below *prefix* behind *after*."""
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
