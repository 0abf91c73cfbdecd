"""Queues, topic and state machine are given exactly what they take."""

import json

import boto3
import pytest
from botocore.stub import Stubber
from moto.core import DEFAULT_ACCOUNT_ID

from sluice.announcing.digests import Digest, Entry
from sluice.announcing.ports import Publication
from sluice.aws.sns import SNSTopic, message
from sluice.aws.sqs import SQSLanes
from sluice.aws.stepfunctions import StepFunctionsExecutions
from sluice.batches import Batch, Task
from sluice.ports.queues import Message
from tests.fakes import START, an_announcement

ROLE = f"arn:aws:iam::{DEFAULT_ACCOUNT_ID}:role/any"


@pytest.fixture
def sqs():
    return boto3.client("sqs")


@pytest.fixture
def queues(sqs):
    return {
        lane: {
            use: sqs.create_queue(QueueName=f"{lane}-{use}")["QueueUrl"]
            for use in ("arrivals", "dead_letters")
        }
        for lane in ("csv", "other")
    }


@pytest.fixture
def lanes(sqs, queues):
    return SQSLanes(sqs, queues)


def receive(sqs, queue, **more):
    answer = sqs.receive_message(QueueUrl=queue, MessageAttributeNames=["All"], WaitTimeSeconds=0, **more)
    return answer.get("Messages", [])


def announcement(**changes):
    facts = {
        "file_id": "f",
        "status": "error",
        "file_name": "März 📊.csv",
        "key": "in/März 📊.csv",
        "correlation_id": "c-1",
        "error_message": "Row 3 has 4 fields.",
    }
    return an_announcement(**facts | changes)


def publications(*file_ids):
    return [Publication(announcement(file_id=file_id), mail=False) for file_id in file_ids]


def test_a_buried_message_lies_with_the_dead_letters_of_its_lane_with_its_reason(sqs, queues, lanes):
    lanes.bury(Message("m", "r", "{"), lane="other", reason="not JSON")

    [buried] = receive(sqs, queues["other"]["dead_letters"])
    assert buried["Body"] == "{"
    assert buried["MessageAttributes"]["reason"] == {"DataType": "String", "StringValue": "not JSON"}
    assert receive(sqs, queues["csv"]["dead_letters"]) == []


def test_a_reason_loses_what_an_attribute_cannot_hold(sqs, queues, lanes):
    lanes.bury(Message("m", "r", "x"), lane="csv", reason="a\x00\ud800é" + "b" * 1000)

    [buried] = receive(sqs, queues["csv"]["dead_letters"])
    reason = buried["MessageAttributes"]["reason"]["StringValue"]
    assert reason.startswith("aéb")
    assert len(reason) == 256


def test_a_forwarded_message_waits_in_the_other_lane_unchanged(sqs, queues, lanes):
    lanes.forward(Message("m", "r", '{"key": "é"}'), lane="csv")

    assert [item["Body"] for item in receive(sqs, queues["csv"]["arrivals"])] == ['{"key": "é"}']


def test_a_hidden_message_is_not_received_again_until_its_time(sqs, queues, lanes):
    arrivals = queues["csv"]["arrivals"]
    sqs.send_message(QueueUrl=arrivals, MessageBody="x")
    [received] = receive(sqs, arrivals, VisibilityTimeout=30)
    taken = Message(received["MessageId"], received["ReceiptHandle"], "x")

    lanes.hide(taken, lane="csv", seconds=60)
    assert receive(sqs, arrivals) == []
    lanes.hide(taken, lane="csv", seconds=0)
    assert len(receive(sqs, arrivals)) == 1


def test_a_batch_started_twice_is_one_execution_and_no_error(file):
    states = boto3.client("stepfunctions")
    definition = json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}})
    machine = states.create_state_machine(name="process", definition=definition, roleArn=ROLE)[
        "stateMachineArn"
    ]
    batch = Batch("profile_csv", (Task(file(), 1),))

    for _ in range(2):
        StepFunctionsExecutions(states, machine).start(batch)

    [execution] = states.list_executions(stateMachineArn=machine)["executions"]
    assert execution["name"] == batch.execution_name
    described = states.describe_execution(executionArn=execution["executionArn"])
    assert Batch.from_json(json.loads(described["input"])) == batch


def test_an_announcement_reaches_its_subscribers_with_attributes_to_filter_by(sqs):
    sns = boto3.client("sns")
    topic = sns.create_topic(Name="outcomes")["TopicArn"]
    queue = sqs.create_queue(QueueName="subscriber")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)

    assert SNSTopic(sns, topic).publish([Publication(announcement(), mail=True)]) == set()

    [received] = receive(sqs, queue)
    body = json.loads(received["Body"])
    assert body["Subject"] == "[error] Marz .csv"
    assert "in/März 📊.csv: error" in body["Message"]
    assert {name: value["Value"] for name, value in body["MessageAttributes"].items()} == {
        "id": "evt_f_3",
        "status": "error",
        "mail": "yes",
        "processor": "profile_csv",
        "lane": "csv",
        "prefix": "in/",
        "file_id": "f",
        "state_version": "3",
        "correlation_id": "c-1",
    }


def test_more_announcements_than_one_call_takes_are_published_in_several():
    sns = boto3.client("sns")
    topic = sns.create_topic(Name="outcomes")["TopicArn"]
    calls = []
    sns.meta.events.register("before-call.sns.PublishBatch", lambda **call: calls.append(call))

    assert SNSTopic(sns, topic).publish(publications(*map(str, range(21)))) == set()
    assert len(calls) == 3


def test_a_digest_is_published_to_whoever_gets_mails(sqs):
    sns = boto3.client("sns")
    topic = sns.create_topic(Name="outcomes")["TopicArn"]
    queue = sqs.create_queue(QueueName="subscriber")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    mails = {"FilterPolicy": json.dumps({"mail": ["yes"]})}
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes=mails)
    digest = Digest(START, START)
    digest.add([Entry("e", "success", "p", "März/", "a.csv", mailed=False)])

    SNSTopic(sns, topic).publish(publications("not mailed"))
    SNSTopic(sns, topic).send(digest)

    [received] = receive(sqs, queue, MaxNumberOfMessages=10)
    body = json.loads(received["Body"])
    assert body["Subject"] == "[digest] 1 file: 1 success"
    assert "März/ (p)" in body["Message"]
    assert body["MessageAttributes"]["status"]["Value"] == "digest"


def test_what_the_topic_refuses_of_a_call_is_told_by_id():
    sns = boto3.client("sns")
    refused = {"Id": "1", "Code": "InternalError", "SenderFault": False}
    with Stubber(sns) as stubber:
        stubber.add_response("publish_batch", {"Successful": [], "Failed": [refused]})

        topic = SNSTopic(sns, "arn:aws:sns:us-east-1:1:t")
        assert topic.publish(publications("a", "b")) == {"evt_b_3"}


def test_a_skipped_file_is_announced_with_the_processor_none():
    assert (
        message(Publication(announcement(processor=""), mail=False))["MessageAttributes"]["processor"][
            "StringValue"
        ]
        == "none"
    )


def test_no_name_or_sentence_adds_lines_to_a_mail():
    name = "a.csv: success\n\nDear colleague,\u2028\x1b[2J"
    told = announcement(key=name, error_message="bad:\r\n" + name, results=(name,))

    lines = message(Publication(told, mail=True))["Message"].splitlines()
    assert lines[0] == "a.csv: success  Dear colleague, \ufffd[2J: error"
    assert len(lines) == 9


def test_a_mail_has_names_as_they_are_written_in_other_scripts():
    told = announcement(key="in/می\u200cرود 👩\u200d🔬.csv")

    assert message(Publication(told, mail=True))["Message"].startswith("in/می\u200cرود 👩\u200d🔬.csv: ")


@pytest.mark.parametrize("name", ["📊" * 200, "é" * 200, "line\nbreak.csv", "表.csv"])
def test_a_subject_is_a_line_of_at_most_100_printable_ascii_characters_whatever_the_name(name):
    subject = message(Publication(announcement(file_name=name), mail=True))["Subject"]

    assert 0 < len(subject) <= 100
    assert all(" " <= char <= "~" for char in subject)
