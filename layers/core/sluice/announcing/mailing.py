"""Use case: tell people of outcomes, by mails of their own or in the digest, and never in a flood."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sluice.announcing.announcements import Announcement
from sluice.announcing.digests import Entry
from sluice.announcing.ports import DigestBook, Publication, Topic
from sluice.rules.notices import Notice, notice_of

LAST_OF_THE_MINUTE = (
    "This minute has had all the mails that it may have. What else ends like this within it gets no mail of "
    "its own: see the digest, or `sluice ls --status error`."
)


@dataclass(frozen=True, slots=True)
class Mailing:
    """
    Publishes every outcome to the topic, and marks those that are to be mailed; see `announce`.

    At most *limit* outcomes a minute are mailed. What is above goes to the digest, which counts every
    outcome of which people are to hear. A read of the stream that is repeated counts twice for the limit.
    """

    topic: Topic
    book: DigestBook
    limit: int
    digest: bool
    """Whether digests are sent, so that outcomes are worth noting."""
    now: Callable[[], datetime]

    def announce(self, announcements: Sequence[Announcement]) -> set[str]:
        """Tell people; return the ids of the announcements that must come again."""
        moment = self.now()
        places = self._places(announcements, moment)
        publications = [self._publication(each, places.get(each.id)) for each in announcements]
        untold = self.topic.publish(publications)
        if self.digest:
            self.book.note(list(self._entries(announcements, places)), at=moment)
        return untold

    def _places(self, announcements: Sequence[Announcement], moment: datetime) -> Mapping[str, int]:
        """Return which mail of the minute, counted from 0, each outcome would be that is to be mailed."""
        urgent = [each.id for each in announcements if _notice(each) is Notice.MAIL]
        before = self.book.count_mails(len(urgent), at=moment) if urgent else 0
        return {urgent_id: before + number for number, urgent_id in enumerate(urgent)}

    def _entries(self, announcements: Sequence[Announcement], places: Mapping[str, int]) -> Iterator[Entry]:
        """Yield what the digest counts: every outcome that its rule does not keep from people."""
        for announcement in announcements:
            if _notice(announcement) is not Notice.NONE:
                yield Entry.of(announcement, mailed=places.get(announcement.id, self.limit) < self.limit)

    def _publication(self, announcement: Announcement, place: int | None) -> Publication:
        return Publication(
            announcement,
            mail=place is not None and place < self.limit,
            note=LAST_OF_THE_MINUTE if place == self.limit - 1 else "",
        )


def _notice(announcement: Announcement) -> Notice:
    return notice_of(announcement.status, announcement.notifications)
