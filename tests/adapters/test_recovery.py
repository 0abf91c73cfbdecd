"""Recovery's adapters: states read as they are, changed under conditions, messages in their queues' form."""

import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import boto3
import pytest
from botocore.stub import Stubber

from sluice.arrivals import read_arrival
from sluice.aws.arrivals import SQSArrivals, SQSDeadLetters, SQSFailedFiles
from sluice.aws.letter_boxes import SQSLetterBoxes
from sluice.aws.register import DynamoDBRegister
from sluice.aws.replacements import DynamoDBAudit, ScheduledRuns, SNSMails
from sluice.batches import Task
from sluice.errors import MisconfiguredError, ServiceBusyError
from sluice.files import File
from sluice.outcomes import Outcome, Status
from sluice.ports.catalogue import Claimed
from sluice.ports.queues import Message
from sluice.recovery.dead_letters import Mail, Run

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


def test_a_failed_file_is_reopened_once_without_its_old_outcome(catalogue, register, file, item_of):
    claim(catalogue, file())
    catalogue.record(Task(file(), 1), Outcome(Status.FAILED, "It failed."), at=LATER)

    assert register.reopen(file().file_id, 1, by="mia")
    assert not register.reopen(file().file_id, 1)

    item = item_of(file())
    assert (item["reopened_by"]["S"], "reopened_at" in item) == ("mia", True)
    assert (item["status"]["S"], item["attempt"]["N"], item["replays"]["N"]) == ("claimed", "2", "1")
    assert item.keys().isdisjoint({"unannounced", "error_message", "processed_timestamp"})
    assert not catalogue.record(Task(file(), 1), Outcome(Status.FAILED), at=LATER)
    assert claim(catalogue, file()) == Claimed(3)


@pytest.mark.parametrize("status", [Status.SUCCESS, Status.ERROR, Status.SKIPPED])
def test_no_other_outcome_is_taken_back(catalogue, register, file, status):
    claim(catalogue, file())
    assert not register.reopen(file().file_id, 1)
    catalogue.record(Task(file(), 1), Outcome(status), at=LATER)
    assert not register.reopen(file().file_id, 1)


def test_unannounced_outcomes_of_before_come_to_the_stream_again(catalogue, register, file, item_of):
    old, new, told = (file(key=key) for key in ("old", "new", "told"))
    for each, at in ((old, LATER - timedelta(hours=2)), (new, LATER), (told, LATER - timedelta(hours=2))):
        claim(catalogue, each)
        catalogue.record(Task(each, 1), Outcome(Status.ERROR), at=at)
    version = int(item_of(told)["state_version"]["N"])
    catalogue.announced(SimpleNamespace(file_id=told.file_id, state_version=version))

    assert register.announce_again(before=LATER - timedelta(hours=1)) == 1
    assert [("announced_again_at" in item_of(each)) for each in (old, new, told)] == [True, False, False]
    assert item_of(old)["state_version"] == {"N": "2"}


@pytest.fixture
def boxes(sqs, queue):
    return SQSLetterBoxes(sqs, {"csv": queue("csv-dead"), "other": queue("other-dead")})


def test_letters_are_held_and_shown_again_when_they_are_released(sqs, queue, boxes):
    for number in range(13):
        sqs.send_message(QueueUrl=queue("csv-dead"), MessageBody=str(number))

    held = boxes.hold("csv", 100)
    assert sorted(int(letter.body) for letter in held) == list(range(13))
    assert boxes.hold("csv", 100) == []
    boxes.delete(held[0])
    boxes.release(held)
    again = boxes.hold("csv", 100)
    assert {letter.message_id for letter in again} == {letter.message_id for letter in held[1:]}


def test_a_letter_says_when_it_was_sent_and_why_it_lies_there(sqs, queue, boxes):
    reason = {"reason": {"DataType": "String", "StringValue": "It is odd."}}
    sqs.send_message(QueueUrl=queue("csv-dead"), MessageBody="x", MessageAttributes=reason)

    [letter] = boxes.hold("csv", 1)

    assert letter.attributes == {"reason": "It is odd."}
    assert abs(letter.sent_at - datetime.now(UTC)) < timedelta(minutes=1)


def test_no_more_than_the_limit_is_held(sqs, queue, boxes):
    for number in range(13):
        sqs.send_message(QueueUrl=queue("csv-dead"), MessageBody=str(number))

    assert len(boxes.hold("csv", 12)) == 12


def test_each_replay_is_kept_by_its_day(dynamodb):
    names = ("day", "moment")
    dynamodb.create_table(
        TableName="replays",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[
            {"AttributeName": "day", "KeyType": "HASH"},
            {"AttributeName": "moment", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in names],
    )
    at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    DynamoDBAudit(dynamodb, "replays", keep=timedelta(days=1)).record(
        {"message_id": "m1", "key": "a.csv", "version_id": None}, at=at, by="somebody"
    )

    [item] = dynamodb.scan(TableName="replays")["Items"]
    assert item["day"] == {"S": "2026-03-02"}
    assert item["moment"] == {"S": "2026-03-02T09:00:00+00:00#m1"}
    assert (item["by"], item["key"]) == ({"S": "somebody"}, {"S": "a.csv"})
    assert int(item["expires_at"]["N"]) == int(at.timestamp()) + 86400


def test_queues_are_held_together_and_one_that_is_empty_says_so(sqs, queue, boxes):
    for number in range(3):
        sqs.send_message(QueueUrl=queue("csv-dead"), MessageBody=str(number))

    held = boxes.hold_each(("csv", "other"), 2)

    assert [len(held["csv"]), held["other"]] == [2, []]
    assert {letter.queue for letter in held["csv"]} == {"csv"}


def test_a_mail_is_published_with_the_subject_and_attributes_that_it_had():
    sns = boto3.client("sns")
    attributes = {"mail": {"DataType": "String", "StringValue": "yes"}}
    with Stubber(sns) as stub:
        whole = {
            "TopicArn": "t",
            "Message": "x",
            "MessageAttributes": attributes,
            "Subject": "a failed",
        }
        stub.add_response("publish", {"MessageId": "m"}, whole)
        stub.add_response(
            "publish", {"MessageId": "m"}, {"TopicArn": "t", "Message": "x", "MessageAttributes": {}}
        )

        SNSMails(sns, "t").publish(Mail("a failed", "x", {"mail": "yes", "lane": ""}))
        SNSMails(sns, "t").publish(Mail("", "x", {}))

        stub.assert_no_pending_responses()


def test_a_run_is_started_as_its_schedule_starts_it():
    functions, states = boto3.client("lambda"), boto3.client("stepfunctions")
    digest = "arn:aws:lambda:eu-central-1:111122223333:function:digest:live"
    sweep = "arn:aws:states:eu-central-1:111122223333:stateMachine:backfill"
    runs = ScheduledRuns(functions, states, {"digest": digest, "sweep": sweep})
    with Stubber(functions) as invoked, Stubber(states) as started:
        invoked.add_response(
            "invoke",
            {"StatusCode": 202},
            {"FunctionName": digest, "InvocationType": "Event", "Payload": "{}"},
        )
        started.add_response(
            "start_execution",
            {"executionArn": sweep, "startDate": LATER},
            {"stateMachineArn": sweep, "input": '{"gone": true}'},
        )

        runs.start(Run("digest", "{}"))
        runs.start(Run("sweep", '{"gone": true}'))

        invoked.assert_no_pending_responses()
        started.assert_no_pending_responses()
    with pytest.raises(KeyError):
        runs.start(Run("strange", "{}"))
