"""An object reaches a function through EventBridge and a queue, as on AWS."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.local.waiting import eventually

pytestmark = pytest.mark.e2e


def test_the_rules_choose_the_queue_by_suffix_in_any_case_and_keep_the_key_verbatim(trial):
    trial.upload("uploads/März + Umsatz é.CSV")
    trial.upload("uploads/März + notes é.txt")

    assert _event_of(trial, "uploads/März + notes é.txt")
    assert eventually(lambda: trial.items_of("uploads/März + Umsatz é.CSV"))
    assert trial.items_of("uploads/März + notes é.txt") == []


def test_an_event_names_the_version_size_etag_and_sequencer_of_the_object(trial):
    trial.upload("uploads/facts.txt", b"four")

    event = _event_of(trial, "uploads/facts.txt")
    assert event["detail-type"] == "Object Created"
    assert event["detail"]["object"].keys() >= {"key", "size", "etag", "version-id", "sequencer"}
    assert event["detail"]["object"]["size"] == 4


def test_a_message_reported_as_failed_comes_again_and_its_neighbours_do_not(trial):
    trial.upload("uploads/again.csv")
    trial.upload("uploads/once.csv")

    # The first time its visibility is changed to 0, or it would come after 120 s.
    assert len(eventually(lambda: trial.items_of("uploads/again.csv"))) == 1
    assert len(eventually(lambda: trial.items_of("uploads/once.csv"))) == 1
    assert eventually(lambda: _is_empty(trial, "CsvArrivalsQueueUrl"))


def test_every_one_of_forty_files_that_arrive_at_once_is_processed(trial):
    keys = [f"uploads/burst/{number}.csv" for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(trial.upload, keys))

    eventually(lambda: all(trial.items_of(key) for key in keys), within=30)
    assert eventually(lambda: _is_empty(trial, "CsvArrivalsQueueUrl"))


def _event_of(trial, key):
    """Wait for the event of a key among the arrivals that no function takes."""

    def find():
        events = [json.loads(message) for message in trial.messages("OtherArrivalsQueueUrl")]
        return next((event for event in events if event["detail"]["object"]["key"] == key), None)

    return eventually(find)


def _is_empty(trial, queue):
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    answer = trial.client("sqs").get_queue_attributes(QueueUrl=trial.outputs[queue], AttributeNames=names)
    return all(int(answer["Attributes"][name]) == 0 for name in names)
