"""Recovery's adapters: states read as they are, changed under conditions, messages in their queues' form."""

import json
from datetime import UTC, datetime, timedelta

import boto3
import pytest
from botocore.stub import Stubber

from sluice.arrivals import read_arrival
from sluice.aws.arrivals import SQSArrivals, SQSDeadLetters, SQSFailedFiles
from sluice.aws.register import DynamoDBRegister
from sluice.batches import Task
from sluice.errors import MisconfiguredError, ServiceBusyError
from sluice.files import File
from sluice.outcomes import Outcome, Status
from sluice.ports import Claimed, Message

LATER = (datetime.now(UTC) + timedelta(hours=1)).replace(microsecond=0)


@pytest.fixture
def register(dynamodb):
    return DynamoDBRegister(dynamodb, "catalogue")


def claim(catalogue, file):
    return catalogue.claim(file, processor="profile_csv", lane="csv", until=LATER)


@pytest.fixture
def sqs():
    return boto3.client("sqs")


@pytest.fixture
def queue(sqs):
    """Create a queue; return its URL."""
    return lambda name: sqs.create_queue(QueueName=name)["QueueUrl"]


@pytest.fixture
def at_once(monkeypatch):
    """Let what is announced again be received without delay."""
    monkeypatch.setattr("sluice.aws.arrivals.DELAY", 0)


@pytest.fixture
def bodies(sqs):
    """Read what is in a queue."""

    def read(url):
        found = []
        while some := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            found += [message["Body"] for message in some]
        return found

    return read


def test_what_is_known_of_many_files_is_read_in_several_requests(catalogue, register, file):
    files = [file(key=f"{number}.csv") for number in range(130)]
    for each in files:
        claim(catalogue, each)

    known = register.known([each.file_id for each in files] + ["unknown"])

    assert len(known) == 130
    assert {(state.status, state.attempt, state.lane, state.claimed_until) for state in known.values()} == {
        ("claimed", 1, "csv", LATER)
    }


def test_nothing_is_known_of_no_files(register):
    assert register.known([]) == {}


def test_the_same_file_may_be_asked_for_twice(catalogue, register, file):
    claim(catalogue, file())

    assert list(register.known([file().file_id] * 2)) == [file().file_id]


def test_a_table_that_keeps_leaving_keys_out_is_busy(dynamodb, file):
    keys = {"catalogue": {"Keys": [{"file_id": {"S": file().file_id}}]}}
    with Stubber(dynamodb) as stubber:
        for _ in range(8):
            stubber.add_response("batch_get_item", {"Responses": {}, "UnprocessedKeys": keys})
        with pytest.raises(ServiceBusyError, match="leaving keys out"):
            DynamoDBRegister(dynamodb, "catalogue").known([file().file_id])


def test_a_table_that_is_not_there_is_our_mistake(dynamodb):
    with pytest.raises(MisconfiguredError):
        DynamoDBRegister(dynamodb, "another").known(["x"])


@pytest.mark.parametrize("begun", [False, True])
def test_a_freed_claim_can_be_taken_at_once_and_is_counted_once(catalogue, register, file, begun):
    claim(catalogue, file())
    if begun:
        catalogue.begin(Task(file(), 1), until=LATER)

    assert register.free(file().file_id, 1, lost=True)
    assert not register.free(file().file_id, 1, lost=True)
    assert register.known([file().file_id])[file().file_id].losses == 1
    assert claim(catalogue, file()) == Claimed(2)
    assert register.known([file().file_id])[file().file_id].losses == 1


def test_a_claim_that_is_not_lost_is_freed_and_not_counted(catalogue, register, file):
    claim(catalogue, file())

    assert register.free(file().file_id, 1, lost=False)
    assert register.known([file().file_id])[file().file_id].losses == 0


def test_neither_another_attempt_nor_an_outcome_nor_an_unknown_file_is_freed(catalogue, register, file):
    claim(catalogue, file())
    assert not register.free(file().file_id, 2, lost=True)
    catalogue.record(Task(file(), 1), Outcome(Status.SUCCESS), at=LATER)
    assert not register.free(file().file_id, 1, lost=True)
    assert not register.free("unknown", 1, lost=True)


@pytest.mark.usefixtures("at_once")
def test_files_are_announced_again_each_on_its_lane_however_many(sqs, queue, bodies, file):
    csv, other = queue("csv"), queue("other")
    files = [file(key=f"{number}.csv") for number in range(23)]

    SQSArrivals(sqs, {"csv": csv, "other": other}).put_back(
        [(each, "csv") for each in files] + [(file(), "a lane that is no more")], reason="replay"
    )

    assert {read_arrival(body, inbox="inbox") for body in bodies(csv)} == set(files)
    assert [read_arrival(body, inbox="inbox") for body in bodies(other)] == [file()]


@pytest.mark.usefixtures("at_once")
def test_a_key_with_characters_that_sqs_refuses_is_announced_all_the_same(sqs, queue, bodies, file):
    odd = file(key="a\x01\ufffe\x7f\u2028é 🧾.csv")

    SQSArrivals(sqs, {"other": (url := queue("other"))}).put_back([(odd, "other")], reason="replay")

    [body] = bodies(url)
    assert body.isascii()
    assert read_arrival(body, inbox="inbox") == odd


def test_a_message_that_the_queue_refuses_is_a_fault(sqs, file):
    refused = {"Id": "0", "SenderFault": False, "Code": "InternalError"}
    with Stubber(sqs) as stubber:
        stubber.add_response("send_message_batch", {"Successful": [], "Failed": [refused]})
        with pytest.raises(ServiceBusyError, match="InternalError"):
            SQSArrivals(sqs, {"other": "https://x"}).put_back([(file(), "other")], reason="replay")


def test_a_failed_file_is_kept_in_the_form_in_which_the_state_machine_keeps_it(sqs, queue, bodies, file):
    SQSFailedFiles(sqs, url := queue("failed")).keep(
        Task(file(), 3), processor="profile_csv", error="Execution.FAILED", cause="It ended."
    )

    [body] = map(json.loads, bodies(url))
    assert File.from_json(body) == file()
    assert {name: body[name] for name in ("file_id", "attempt", "processor", "error", "cause")} == {
        "file_id": file().file_id,
        "attempt": 3,
        "processor": "profile_csv",
        "error": "Execution.FAILED",
        "cause": "It ended.",
    }


def test_a_buried_message_says_why(sqs, queue):
    url = queue("dead")
    SQSDeadLetters(sqs, url).bury(Message("m1", "r1", "body"), reason="odd\x00 reason " + "x" * 300)

    [message] = sqs.receive_message(QueueUrl=url, MessageAttributeNames=["All"])["Messages"]
    assert message["Body"] == "body"
    assert message["MessageAttributes"]["reason"]["StringValue"] == "odd reason " + "x" * 245
