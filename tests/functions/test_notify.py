"""notify: records of the catalogue's stream in, announcements and a partial batch response out."""

from tests.functions.conftest import event_of

NOTHING_AGAIN = {"batchItemFailures": []}


def test_an_outcome_is_announced(world):
    assert world.invoke("notify", "notify_outcome") == NOTHING_AGAIN
    [announcement] = world.topic.announcements
    assert announcement.subject == "[success] orders.csv"
    assert "processed/orders_summary.json" in announcement.text


def test_an_error_is_announced_with_its_sentence(world):
    world.invoke("notify", "notify_error_outcome")

    assert "Row 7: a quoted cell begins here and is never closed." in world.topic.announcements[0].text


def test_only_outcomes_that_are_unannounced_are_announced(world):
    assert world.invoke("notify", "notify_outcomes_among_other_changes") == NOTHING_AGAIN
    assert [announcement.key for announcement in world.topic.announcements] == ["b.csv", "e.csv"]


def test_the_stream_is_read_again_from_the_first_outcome_that_could_not_be_announced(world):
    event = event_of("notify_outcomes_among_other_changes")
    world.topic.fails_for = {"b.csv"}

    answer = world.invoke("notify", event)

    number = event["Records"][1]["dynamodb"]["SequenceNumber"]
    assert answer == {"batchItemFailures": [{"itemIdentifier": number}]}
    assert world.topic.announcements == []
