"""Events reach the rules of the bus; a call that takes some entries and refuses others loses none."""

import json

import boto3
import pytest
from botocore.stub import Stubber

from sluice.aws.eventbridge import CALL_BYTES, ENTRY_BYTES, EventBridgeBus, entry_bytes
from sluice.errors import ServiceBusyError
from tests.fakes import an_announcement

TAKEN = {"EventId": "1"}
REFUSED = {"ErrorCode": "InternalFailure", "ErrorMessage": "later"}


class RecordedCalls:
    """A client that answers each call with the next of the prepared results, then takes everything."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.calls = []

    def put_events(self, *, Entries):  # noqa: N803  boto3's name
        self.calls.append(Entries)
        results = self.answers.pop(0) if self.answers else [TAKEN] * len(Entries)
        return {"Entries": results, "FailedEntryCount": sum("ErrorCode" in result for result in results)}

    @property
    def keys(self):
        return [[json.loads(entry["Detail"])["file"]["key"] for entry in call] for call in self.calls]


def told(*keys, **facts):
    return [an_announcement(key=key, file_id=f"{n:x}", **facts) for n, key in enumerate(keys)]


@pytest.fixture
def bus_with_a_queue():
    """A bus of whose rejected files a queue hears."""
    events, sqs = boto3.client("events"), boto3.client("sqs")
    events.create_event_bus(Name="outcomes")
    queue = sqs.create_queue(QueueName="rejected")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    pattern = json.dumps({"source": ["sluice"], "detail-type": ["FileRejected"]})
    events.put_rule(Name="rejected", EventBusName="outcomes", EventPattern=pattern)
    events.put_targets(Rule="rejected", EventBusName="outcomes", Targets=[{"Id": "1", "Arn": arn}])
    return events, lambda: sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])


def test_a_rule_on_the_bus_receives_the_events_that_it_asks_for(bus_with_a_queue):
    events, received = bus_with_a_queue
    outcomes = [*told("good.csv"), *told("März 📊.csv", status="error")]

    assert EventBridgeBus(events, "outcomes").announce(outcomes) == set()

    [message] = received()
    event = json.loads(message["Body"])
    assert (event["source"], event["detail-type"]) == ("sluice", "FileRejected")
    assert event["detail"]["file"]["key"] == "März 📊.csv"
    assert event["detail"]["correlation_id"] == "c1"


def test_only_the_refused_entries_of_a_call_are_put_again():
    client = RecordedCalls([TAKEN, REFUSED, TAKEN])

    assert EventBridgeBus(client, "b").announce(told("a", "b", "c")) == set()
    assert client.keys == [["a", "b", "c"], ["b"]]


def test_an_entry_that_is_refused_three_times_is_told_by_the_id_of_its_announcement():
    client = RecordedCalls([TAKEN, REFUSED], [REFUSED], [REFUSED])

    assert EventBridgeBus(client, "b").announce(told("a", "b")) == {"evt_1_3"}
    assert len(client.calls) == 3


def test_a_call_holds_ten_events_at_most():
    client = RecordedCalls()

    EventBridgeBus(client, "b").announce(told(*map(str, range(21))))

    assert [len(call) for call in client.calls] == [10, 10, 1]


def test_no_call_is_larger_than_256_kib_and_no_event_is_lost():
    """Each event alone would be larger than what an entry may be, and its lists are cut to fit."""
    client = RecordedCalls()
    key = "\x01" * 1000

    EventBridgeBus(client, "b").announce(told(*["k" * 1000] * 5, results=(key,) * 60))

    assert sum(len(call) for call in client.calls) == 5
    for call in client.calls:
        assert sum(map(entry_bytes, call)) <= CALL_BYTES
        assert all(len(entry["Detail"].encode()) <= ENTRY_BYTES for entry in call)


def test_a_throttled_bus_is_a_fault_that_a_retry_mends():
    events = boto3.client("events")
    with Stubber(events) as stubber:
        stubber.add_client_error("put_events", "ThrottlingException")

        with pytest.raises(ServiceBusyError):
            EventBridgeBus(events, "b").announce(told("a"))
