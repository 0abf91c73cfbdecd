"""What announcing needs from outside."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sluice.announcing.announcements import Announcement
from sluice.announcing.digests import Digest, Entry


class Unannounced(Protocol):
    """The marks of outcomes that have yet to be announced."""

    def announced(self, announcement: Announcement) -> None:
        """Remove the mark that says that the outcome has yet to be announced."""
        ...


class Channel(Protocol):
    """Where people and systems hear of outcomes."""

    def announce(self, announcements: Sequence[Announcement]) -> set[str]:
        """Tell whoever listens; return the ids of the announcements that must come again."""
        ...


@dataclass(frozen=True, slots=True)
class Publication:
    """An announcement on its way to the topic."""

    announcement: Announcement
    mail: bool
    """Whether subscribers by mail are to get it."""
    note: str = ""
    """A sentence about mails, at the end of the text."""


class Topic(Protocol):
    """Where people hear of outcomes, and whoever else subscribes."""

    def publish(self, publications: Sequence[Publication]) -> set[str]:
        """Tell subscribers; return the ids of the announcements that were not taken."""
        ...

    def send(self, digest: Digest) -> None:
        """Mail a digest."""
        ...


class DigestBook(Protocol):
    """What the next digest is to count, by the hour."""

    def count_mails(self, count: int, *, at: datetime) -> int:
        """Count *count* more mails for the minute of *at*, and return how many it had before."""
        ...

    def note(self, entries: Sequence[Entry], *, at: datetime) -> None:
        """Note outcomes for the digest of the hour of *at*; each once, however often it is noted."""
        ...

    def entries(self, hour: datetime) -> Iterator[Sequence[Entry]]:
        """Yield what was noted for the hour that begins then, in parts."""
        ...

    def sent_until(self) -> datetime | None:
        """Return the end of the last digest that was sent; None before the first."""
        ...

    def sent(self, until: datetime) -> None:
        """Remember that digests were sent up to then."""
        ...
