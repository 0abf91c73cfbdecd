"""notify: records of the catalogue's stream in, announcements and a partial batch response out."""

import pytest

from tests.functions.conftest import event_of

NOTHING_AGAIN = {"batchItemFailures": []}


def number_of(event, index):
    return event["Records"][index]["dynamodb"]["SequenceNumber"]


def test_an_outcome_is_announced_on_every_channel(world):
    assert world.invoke("notify", "notify_outcome") == NOTHING_AGAIN

    for channel in world.channels:
        [announcement] = channel.announcements
        assert (announcement.status, announcement.key) == ("success", "orders.csv")
        assert announcement.results == ("processed/orders_summary.json",)


def test_an_error_is_announced_with_its_sentence(world):
    world.invoke("notify", "notify_error_outcome")

    [announcement] = world.channels[0].announcements
    assert announcement.error_message == "Row 7: a quoted cell begins here and is never closed."


def test_only_outcomes_that_are_unannounced_are_announced(world):
    assert world.invoke("notify", "notify_outcomes_among_other_changes") == NOTHING_AGAIN
    assert [told.key for told in world.channels[0].announcements] == ["b.csv", "e.csv"]


@pytest.mark.parametrize("channel", [0, 1])
def test_the_stream_is_read_again_from_the_first_outcome_that_a_channel_refused(world, channel):
    """A refusal by one channel does not keep an outcome from the others."""
    event = event_of("notify_outcomes_among_other_changes")
    world.channels[channel].refuses = {"b.csv"}

    answer = world.invoke("notify", event)

    assert answer == {"batchItemFailures": [{"itemIdentifier": number_of(event, 1)}]}
    assert [told.key for told in world.channels[channel].announcements] == ["e.csv"]
    assert [told.key for told in world.channels[1 - channel].announcements] == ["b.csv", "e.csv"]


def test_a_channel_that_is_down_keeps_no_other_from_hearing_and_all_outcomes_come_again(world):
    event = event_of("notify_outcomes_among_other_changes")
    world.channels[0].fails = True

    answer = world.invoke("notify", event)

    assert answer == {"batchItemFailures": [{"itemIdentifier": number_of(event, 1)}]}
    assert [told.key for told in world.channels[1].announcements] == ["b.csv", "e.csv"]


def test_an_outcome_whose_mark_cannot_be_removed_comes_again(world, monkeypatch):
    monkeypatch.setattr(world.catalogue, "announced", lambda _: 1 / 0)
    event = event_of("notify_outcome")

    assert world.invoke("notify", event) == {"batchItemFailures": [{"itemIdentifier": number_of(event, 0)}]}
