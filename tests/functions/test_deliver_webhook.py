"""deliver_webhook: messages in, requests and a partial batch response out."""

import json
from datetime import timedelta

from tests.fakes import START
from tests.functions.conftest import event_of


def due(event, moment):
    body = json.loads(event["Records"][0]["body"]) | {"due_at": moment.isoformat()}
    event["Records"][0]["body"] = json.dumps(body)
    return event


def test_a_message_that_is_due_is_delivered(world):
    answer = world.invoke("deliver_webhook", "deliver_webhook_one_delivery")

    [(url, headers, body)] = world.hooks.transport.requests
    assert answer == {"batchItemFailures": []}
    assert url == "https://hooks.example.com/sluice"
    assert headers["webhook-id"] == "evt_9899bb63a7e232501475e543522f1b3c_3"
    assert json.loads(body)["type"] == "file.processed"


def test_a_message_that_is_not_due_comes_again(world):
    event = due(event_of("deliver_webhook_one_delivery"), START + timedelta(hours=2))

    answer = world.invoke("deliver_webhook", event)

    assert answer == {"batchItemFailures": [{"itemIdentifier": event["Records"][0]["messageId"]}]}
    assert world.hooks.transport.requests == []
    assert world.hooks.queue.hidden == [(event["Records"][0]["messageId"], 7200)]
