"""Webhooks, secrets, log and queue on AWS's services, as moto makes them."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import boto3
import pytest

from sluice.aws.delivery_log import DynamoDBDeliveryLog
from sluice.aws.webhook_queue import CALL_BYTES, SQSDeliveries
from sluice.aws.webhook_registry import DynamoDBRegistry
from sluice.aws.webhook_secrets import ParameterSecrets
from sluice.errors import MisconfiguredError
from sluice.ports.queues import Message
from sluice.webhooks.records import Attempt, Delivery, Keyring
from tests.webhooks import ID, OLD_SECRET, SECRET, a_webhook

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DELIVERY = Delivery(ID, "evt_1", "file.failed", '{"key": "März 📊\\u0001"}', NOW, 3)
ATTEMPT = Attempt(ID, "evt_1", "file.failed", 3, NOW, "retrying", 503, "busy", 17, NOW + timedelta(hours=2))


def table(name, *keys):
    client = boto3.client("dynamodb")
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[
            {"AttributeName": key, "KeyType": kind}
            for key, kind in zip(keys, ("HASH", "RANGE"), strict=False)
        ],
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
    )
    return client


class Clock:
    """Seconds that pass when a test says so."""

    seconds = 0.0

    def __call__(self):
        return self.seconds


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def registry(clock):
    return DynamoDBRegistry(table("webhooks", "webhook_id"), "webhooks", clock=clock)


@pytest.fixture
def log():
    return DynamoDBDeliveryLog(table("log", "webhook_id", "entry"), "log", now=lambda: NOW)


@pytest.fixture
def secrets():
    return ParameterSecrets(boto3.client("ssm"), "/sluice/x/webhooks/")


@pytest.fixture
def sqs():
    return boto3.client("sqs")


@pytest.fixture
def queue(sqs):
    urls = [sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("deliveries", "dead")]
    return SQSDeliveries(sqs, *urls)


def received(sqs, name):
    url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"])
    return answer.get("Messages", [])


def test_a_webhook_is_read_as_it_was_written(registry):
    webhook = a_webhook(events=("file.failed",), description="März", disabled_reason="gone", secret_version=4)

    assert registry.put(webhook, over=None)
    assert registry.get(ID) == webhook
    assert registry.get("wh_none") is None


def test_only_the_version_that_is_there_is_written_over(registry):
    registry.put(a_webhook(), over=None)

    assert not registry.put(a_webhook(), over=None)
    assert not registry.put(a_webhook(version=3), over=2)
    assert registry.put(a_webhook(version=2), over=1)
    assert registry.get(ID).version == 2


def test_what_is_removed_is_gone(registry):
    registry.put(a_webhook(), over=None)

    assert [registry.remove(ID, over=version) for version in (2, 1, 1)] == [False, True, False]


def test_all_webhooks_come_the_oldest_first(registry):
    for n, day in enumerate((3, 1, 2)):
        registry.put(a_webhook(id=f"wh_{n}", created_at=NOW + timedelta(days=day)), over=None)

    assert [webhook.id for webhook in registry.all()] == ["wh_1", "wh_2", "wh_0"]


def test_recent_is_30_seconds_behind_at_most(registry, clock):
    registry.put(a_webhook(), over=None)
    assert len(registry.recent()) == 1
    registry.remove(ID, over=1)

    clock.seconds = 30
    assert len(registry.recent()) == 1
    clock.seconds = 31
    assert registry.recent() == []


def test_a_secret_is_encrypted_and_read_as_it_was_written(secrets):
    keyring = Keyring(SECRET, OLD_SECRET, NOW)
    secrets.put(ID, keyring)

    stored = boto3.client("ssm").get_parameter(Name=f"/sluice/x/webhooks/{ID}")["Parameter"]
    assert stored["Type"] == "SecureString"
    assert SECRET not in stored["Value"] or stored["Value"].startswith("kms:")
    assert secrets.get(a_webhook()) == keyring


def test_each_version_of_a_secret_is_read_as_it_was_written_whatever_was_written_since(secrets):
    assert secrets.put(ID, Keyring(OLD_SECRET)) == 1
    assert secrets.put(ID, Keyring(SECRET, OLD_SECRET, NOW)) == 2

    assert secrets.get(a_webhook(secret_version=1)).current == OLD_SECRET
    assert secrets.get(a_webhook(secret_version=2)) == Keyring(SECRET, OLD_SECRET, NOW)


def test_a_secret_is_read_once(secrets):
    secrets.put(ID, Keyring(SECRET))
    secrets.get(a_webhook())
    secrets.remove(ID)

    assert secrets.get(a_webhook()).current == SECRET


def test_forgetting_a_secret_twice_is_no_fault_and_reading_it_then_is_one(secrets):
    secrets.put(ID, Keyring(SECRET))
    secrets.remove(ID)
    secrets.remove(ID)

    with pytest.raises(MisconfiguredError):
        secrets.get(a_webhook())


def test_a_message_of_the_log_is_read_as_it_was_sent(log):
    log.begin(DELIVERY)

    assert log.message(ID, "evt_1") == DELIVERY
    assert log.message(ID, "evt_2") is None
    assert log.message("wh_other", "evt_1") is None


def test_attempts_come_the_newest_first_without_messages_among_them(log):
    log.begin(DELIVERY)
    later = replace(ATTEMPT, at=NOW + timedelta(seconds=1), status=None, next_at=None, attempt=4)
    log.add(ATTEMPT)
    log.add(later)

    assert log.attempts(ID, limit=10) == [later, ATTEMPT]
    assert log.attempts(ID, limit=1) == [later]
    assert log.attempts(ID, limit=10, before=later.at) == [ATTEMPT]
    assert log.attempts(ID, limit=10, before=ATTEMPT.at) == []
    assert log.attempts("wh_other", limit=10) == []


def test_the_log_forgets_after_30_days(log):
    log.begin(DELIVERY)
    log.add(ATTEMPT)

    items = boto3.client("dynamodb").scan(TableName="log")["Items"]
    assert {item["expires_at"]["N"] for item in items} == {str(int((NOW + timedelta(days=30)).timestamp()))}


def test_deliveries_wait_as_what_they_are(queue, sqs):
    others = [replace(DELIVERY, event_id=f"evt_{n}") for n in range(11)]

    assert queue.send([DELIVERY, *others]) == set()

    found = [Delivery.from_json(message["Body"]) for _ in range(3) for message in received(sqs, "deliveries")]
    assert sorted(found, key=lambda d: d.event_id) == sorted([DELIVERY, *others], key=lambda d: d.event_id)


def test_no_call_is_larger_than_256_kib(queue, sqs, monkeypatch):
    calls = []
    monkeypatch.setattr(sqs, "send_message_batch", lambda **call: calls.append(call["Entries"]) or {})

    queue.send([replace(DELIVERY, body="📊" * 5000)] * 20)

    assert sum(map(len, calls)) == 20
    assert all(sum(len(entry["MessageBody"]) for entry in call) <= CALL_BYTES for call in calls)


def test_what_the_queue_does_not_take_is_told_by_its_index(queue, sqs, monkeypatch):
    def refuse_the_last(**call):
        return {"Failed": [{"Id": call["Entries"][-1]["Id"]}]}

    monkeypatch.setattr(sqs, "send_message_batch", refuse_the_last)

    assert queue.send([DELIVERY] * 12) == {9, 11}


def test_a_delivery_is_kept_back_for_its_wait(queue, sqs):
    queue.send([DELIVERY], wait=900)

    assert received(sqs, "deliveries") == []


def test_a_hidden_delivery_is_not_received_again_until_its_time(queue, sqs):
    queue.send([DELIVERY])
    [message] = received(sqs, "deliveries")
    taken = Message(message["MessageId"], message["ReceiptHandle"], message["Body"])

    queue.hide(taken, seconds=0)
    assert len(received(sqs, "deliveries")) == 1


def test_a_buried_message_lies_with_the_dead_letters_with_its_reason(queue, sqs):
    queue.bury("{", reason="no JSON\x00")

    [message] = received(sqs, "dead")
    assert (message["Body"], message["MessageAttributes"]["reason"]["StringValue"]) == ("{", "no JSON")


@pytest.mark.parametrize("text", ["", "[]", "null", json.dumps({"webhook_id": ID})])
def test_what_is_no_delivery_cannot_be_read_as_one(text):
    with pytest.raises((ValueError, KeyError, TypeError)):
        Delivery.from_json(text)
