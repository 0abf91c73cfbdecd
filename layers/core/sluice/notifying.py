"""Use case: announce the outcomes that the catalogue's stream carries."""

from collections.abc import Iterable
from dataclasses import dataclass

from sluice.announcements import Announcement
from sluice.ports import Catalogue, Journal, Topic


@dataclass(frozen=True, slots=True)
class Notifier:
    """Announces outcomes at least once; see `notify`."""

    topic: Topic
    catalogue: Catalogue
    journal: Journal

    def notify(self, announcements: Iterable[tuple[str, Announcement]]) -> str | None:
        """
        Announce each outcome, in the order of the stream.

        Takes pairs of sequence number and announcement. Returns the sequence number of the first that
        could not be announced, from which the stream is read again, or None.
        """
        for sequence_number, announcement in announcements:
            try:
                self.topic.announce(announcement)
                self.catalogue.announced(announcement)
            except Exception:  # noqa: BLE001  the stream delivers again from here, and only from here
                self.journal.failed("outcome not announced", _describe(announcement))
                return sequence_number
            self.journal.noted("outcome announced", _describe(announcement))
        return None


def _describe(announcement: Announcement) -> dict[str, object]:
    return {
        "correlation_id": announcement.correlation_id,
        "file_id": announcement.file_id,
        "status": announcement.status,
    }
