"""send_digest: the event of a schedule in, a mail about the hours before it out."""

from datetime import UTC, datetime

from sluice.announcing.digests import Entry
from tests.fakes import an_announcement


def test_a_schedule_sends_the_digest_of_the_hour_before_it(world):
    nine = datetime(2026, 3, 2, 9, 59, tzinfo=UTC)
    world.book.note([Entry.of(an_announcement(), mailed=False)], at=nine)

    world.invoke("send_digest", "send_digest_hourly")

    [digest] = world.topic.digests
    assert digest.subject == "[digest] 1 file: 1 success"


def test_a_schedule_after_a_quiet_hour_sends_nothing(world):
    world.invoke("send_digest", "send_digest_hourly")

    assert world.topic.digests == []
