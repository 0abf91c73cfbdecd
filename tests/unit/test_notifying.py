"""A channel that works is not told again because another one does not."""

from sluice.announcing.notifying import Notifier, Remembering
from tests.fakes import FakeCatalogue, FakeChannel, FakeClock, FakeJournal, an_announcement

READ = [("1", an_announcement(file_id="a", key="a")), ("2", an_announcement(file_id="b", key="b"))]


def keys(channel):
    return [told.key for told in channel.announcements]


def test_what_comes_again_for_one_channel_is_not_told_twice_on_the_others():
    mail, hooks = FakeChannel(), FakeChannel()
    journal = FakeJournal()
    channels = (Remembering(mail), Remembering(hooks))
    notifier = Notifier(channels, FakeCatalogue(FakeClock()), journal)
    hooks.fails = True

    assert [notifier.notify(READ) for _ in range(3)] == ["1"] * 3
    hooks.fails = False
    assert notifier.notify(READ) is None

    assert (keys(mail), keys(hooks)) == (["a", "b"], ["a", "b"])
    assert journal.faults[0] == ("outcomes not announced", {"channel": "FakeChannel"})


def test_what_a_channel_refused_is_told_again_and_what_it_took_is_not():
    channel = FakeChannel()
    notifier = Notifier((Remembering(channel),), FakeCatalogue(FakeClock()), FakeJournal())
    channel.refuses = {"b"}

    assert notifier.notify(READ) == "2"
    channel.refuses = set()
    assert notifier.notify(READ) is None

    assert keys(channel) == ["a", "b"]


def test_a_later_state_of_a_file_is_told():
    channel = FakeChannel()
    remembering = Remembering(channel)

    for version in (3, 3, 4):
        remembering.announce([an_announcement(state_version=version)])

    assert [told.state_version for told in channel.announcements] == [3, 4]


def test_the_oldest_are_forgotten_first():
    channel = FakeChannel()
    remembering = Remembering(channel, most=2)

    for file_id in ("a", "b", "c", "b", "a"):
        remembering.announce([an_announcement(file_id=file_id, key=file_id)])

    assert keys(channel) == ["a", "b", "c", "a"]
