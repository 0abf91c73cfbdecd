"""Use case: send the digest of the hours that have passed since the last one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sluice.announcing.digests import Digest
from sluice.announcing.ports import DigestBook, Topic
from sluice.ports.journal import Journal

HOUR = timedelta(hours=1)
LONGEST = timedelta(hours=48)  # that a digest reaches back; entries are kept a little longer


@dataclass(frozen=True, slots=True)
class DigestSender:
    """Sends digests; see `send`."""

    topic: Topic
    book: DigestBook
    journal: Journal

    def send(self, at: datetime) -> bool:
        """
        Send one mail about all whole hours before *at* that no digest was sent about; tell whether one was.

        There is none where nothing came. A digest that is interrupted after the mail comes again.
        """
        until = hour_of(at)
        since = max(self.book.sent_until() or until - HOUR, until - LONGEST)
        digest = Digest(since, until)
        for hour in _hours(since, until):
            for page in self.book.entries(hour):
                digest.add(page)
        if not digest.is_empty:
            self.topic.send(digest)
        self.book.sent(until)
        self.journal.noted("digest sent" if not digest.is_empty else "nothing to send", {"until": str(until)})
        return not digest.is_empty


def hour_of(moment: datetime) -> datetime:
    """Return the beginning of the hour."""
    return moment.replace(minute=0, second=0, microsecond=0)


def _hours(since: datetime, until: datetime) -> Iterator[datetime]:
    while since < until:
        yield since
        since += HOUR
