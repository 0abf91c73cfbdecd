"""Use case: tell people of outcomes, by mails of their own or in the digest, and never in a flood."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from sluice.announcements import Announcement
from sluice.digests import Entry
from sluice.outcomes import Status
from sluice.ports import DigestBook, Publication, Topic

LAST_OF_THE_MINUTE = (
    "This minute has had all the mails that it may have. What else ends like this within it gets no mail of "
    "its own: see the digest, or `sluice ls --status error`."
)


class Notice(StrEnum):
    """How people hear of an outcome."""

    MAIL = "mail"
    DIGEST = "digest"
    NONE = "none"


DEFAULT_NOTICES: Mapping[str, Notice] = MappingProxyType(
    {
        Status.SUCCESS: Notice.DIGEST,
        Status.SKIPPED: Notice.DIGEST,
        Status.ERROR: Notice.MAIL,
        Status.FAILED: Notice.MAIL,
    }
)


def notice_of(announcement: Announcement) -> Notice:
    """Return what the file's rule says, and the default where it says nothing that is known."""
    wanted = announcement.notifications.get(announcement.status)
    try:
        return Notice(str(wanted))
    except ValueError:
        return DEFAULT_NOTICES[announcement.status]


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
        untold = self.topic.publish([self._publication(told, places.get(told.id)) for told in announcements])
        if self.digest:
            self.book.note(
                [
                    Entry.of(told, mailed=places.get(told.id, self.limit) < self.limit)
                    for told in announcements
                    if notice_of(told) is not Notice.NONE
                ],
                at=moment,
            )
        return untold

    def _places(self, announcements: Sequence[Announcement], moment: datetime) -> Mapping[str, int]:
        """Return which mail of the minute, counted from 0, each outcome would be that is to be mailed."""
        urgent = [told.id for told in announcements if notice_of(told) is Notice.MAIL]
        before = self.book.count_mails(len(urgent), at=moment) if urgent else 0
        return {told: before + n for n, told in enumerate(urgent)}

    def _publication(self, told: Announcement, place: int | None) -> Publication:
        return Publication(
            told,
            mail=place is not None and place < self.limit,
            note=LAST_OF_THE_MINUTE if place == self.limit - 1 else "",
        )
