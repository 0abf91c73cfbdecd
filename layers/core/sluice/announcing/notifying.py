"""Use case: announce the outcomes that the catalogue's stream carries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sluice.announcing.announcements import Announcement
from sluice.announcing.ports import Channel, Unannounced
from sluice.ports.journal import Journal

REMEMBERED = 2000  # ids for each channel; a read of the stream brings a hundred


@dataclass(frozen=True, slots=True)
class Notifier:
    """Announces outcomes at least once, on every channel; see `notify`."""

    channels: Sequence[Channel]
    catalogue: Unannounced
    journal: Journal

    def notify(self, announcements: Iterable[tuple[str, Announcement]]) -> str | None:
        """
        Announce the outcomes of one read of the stream.

        Takes pairs of sequence number and announcement. Returns the first sequence number of what could
        not be announced everywhere, from which the stream is read again, or None. What comes after it in
        the stream is announced twice.
        """
        pairs = list(announcements)
        untold = self._tell([announcement for _, announcement in pairs])
        again = [
            number
            for number, announcement in pairs
            if announcement.id in untold or not self._mark(announcement)
        ]
        return again[0] if again else None

    def _tell(self, announcements: Sequence[Announcement]) -> set[str]:
        """Return the ids of the announcements that a channel did not take."""
        untold: set[str] = set()
        for channel in self.channels if announcements else ():
            try:
                untold |= channel.announce(announcements)
            except Exception:  # noqa: BLE001  the other channels still hear of it, and the stream comes again
                self.journal.failed("outcomes not announced", {"channel": str(channel)})
                untold |= {announcement.id for announcement in announcements}
        return untold

    def _mark(self, announcement: Announcement) -> bool:
        try:
            self.catalogue.announced(announcement)
        except Exception:  # noqa: BLE001  it is announced again, which its id tells
            self.journal.failed("announcement not recorded", _describe(announcement))
            return False
        self.journal.noted("outcome announced", _describe(announcement))
        return True


class Remembering:
    """
    A channel that is not told twice what it took, as far as this process remembers.

    When one channel fails, the stream brings its outcomes again for all; without this, people would be
    mailed of the same file as often as a webhook's queue refuses it.
    """

    def __init__(self, channel: Channel, *, most: int = REMEMBERED) -> None:
        self._channel = channel
        self._most = most
        self._told: dict[str, None] = {}

    def __str__(self) -> str:
        return type(self._channel).__name__

    def announce(self, announcements: Sequence[Announcement]) -> set[str]:
        """Tell what is new; return the ids of what was not taken."""
        fresh = [each for each in announcements if each.id not in self._told]
        refused = self._channel.announce(fresh) if fresh else set()
        self._told |= dict.fromkeys(each.id for each in fresh if each.id not in refused)
        for forgotten in list(self._told)[: max(0, len(self._told) - self._most)]:
            del self._told[forgotten]
        return refused


def _describe(announcement: Announcement) -> dict[str, object]:
    return {
        "correlation_id": announcement.correlation_id,
        "file_id": announcement.file_id,
        "status": announcement.status,
    }
