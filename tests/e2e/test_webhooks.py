"""From upload to a receiver that verifies, over TLS, through the deployed function with its own role."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook as Receiver

from sluice.aws.delivery_log import DynamoDBDeliveryLog
from sluice.aws.webhook_registry import DynamoDBRegistry
from sluice.aws.webhook_secrets import ParameterSecrets
from sluice.webhooks.records import Keyring, Webhook
from sluice.webhooks.signing import new_secret
from tests import tls_targets
from tests.local.waiting import eventually

pytestmark = pytest.mark.e2e

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nthanks"


@pytest.fixture
def authority(tmp_path):
    return tls_targets.Authority(tmp_path)


@pytest.fixture
def loopback(product, authority):
    """Let `deliver_webhook` send to this machine, and trust the authority of the test, as nobody else may."""
    product.renew("DeliverWebhook", ALLOW_LOOPBACK_TARGETS="on", SSL_CERT_FILE=str(authority.path))


def register(product, url, events=(), name="wh_e2e"):
    """Put a webhook where registering would put it, which refuses addresses of this machine."""
    webhook = Webhook(name, url, tuple(events), True, "", datetime.now(UTC), 1)  # noqa: FBT003
    secret = new_secret()
    ParameterSecrets(product.client("ssm"), product.outputs["WebhookSecretsPrefix"]).put(
        webhook.id, Keyring(secret)
    )
    registry = DynamoDBRegistry(product.client("dynamodb"), product.outputs["WebhooksTableName"])
    assert registry.put(webhook, over=None)
    return webhook, secret


@pytest.mark.usefixtures("loopback")
def test_a_rejected_file_reaches_its_webhook_signed_and_is_in_the_log(product, authority):
    requests = []
    serving = tls_targets.answering(OK, requests)
    with tls_targets.target(serving, authority.server_context("localhost")) as (port, _):
        webhook, secret = register(product, f"https://localhost:{port}/hook", ["file.rejected"])
        product.renew("Notify")
        product.upload("hooked é.csv", b'id\n"1\n')
        item = product.outcome("hooked é.csv")

        [(_, headers, body)] = eventually(lambda: requests, within=90)

    event = Receiver(secret).verify(body, headers)
    assert event["type"] == "file.rejected"
    assert event["data"]["file"]["key"] == "hooked é.csv"
    assert event["data"]["correlation_id"] == item["correlation_id"]
    assert json.loads(body)["data"]["id"] == headers["webhook-id"]
    [attempt] = eventually(lambda: log_of(product).attempts(webhook.id, limit=10))
    assert (attempt.result, attempt.status, attempt.reason) == ("delivered", 200, "thanks")


@pytest.mark.usefixtures("loopback")
def test_what_a_target_answers_decides_whether_it_is_asked_again(product, authority):
    """Gone disables its webhook; the last failure is a dead letter; any before it is tried again."""
    gone = tls_targets.answering(b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n", [])
    registry = DynamoDBRegistry(product.client("dynamodb"), product.outputs["WebhooksTableName"])
    with tls_targets.target(gone, authority.server_context("localhost")) as (port, _):
        webhook, _ = register(product, f"https://localhost:{port}/hook", ["file.failed"], name="wh_gone")
        product.send("WebhookDeliveriesQueueUrl", delivery(webhook.id, due_in=timedelta(seconds=30)))
        eventually(lambda: not registry.get(webhook.id).enabled, within=150)

    nobody, _ = register(product, "https://localhost:9/hook", ["file.failed"], name="wh_nobody")
    product.send("WebhookDeliveriesQueueUrl", delivery(nobody.id, attempt=10))
    [letter] = eventually(lambda: product.messages(product.outputs["WebhookDeadLettersUrl"]), within=60)
    assert letter["MessageAttributes"]["reason"]["StringValue"] == "every attempt of the schedule failed"
    product.send("WebhookDeliveriesQueueUrl", delivery(nobody.id))
    attempts = eventually(lambda: [each for each in log_of(product).attempts(nobody.id, limit=10)
                                   if each.result == "retrying"], within=60)  # fmt: skip
    assert attempts[0].next_at is not None


def delivery(webhook_id, *, attempt=1, due_in=timedelta()):
    """Make a message as `notify` puts one on the deliveries' queue."""
    body = json.dumps({"type": "file.failed", "data": {}})
    facts = {"webhook_id": webhook_id, "event_id": f"msg_{webhook_id}_{attempt}", "event": "file.failed"}
    due_at = (datetime.now(UTC) + due_in).isoformat()
    return json.dumps(facts | {"body": body, "due_at": due_at, "attempt": attempt})


def log_of(product):
    return DynamoDBDeliveryLog(
        product.client("dynamodb"), product.outputs["WebhookDeliveriesTableName"], now=lambda: None
    )


NOWHERE = "https://hooks.sluice.invalid/x"  # a name that is never given to anybody (RFC 2606)


def test_a_webhook_is_registered_tried_and_deleted_over_http(api):
    """By the role of the function, which keeps its secret and reads what `deliver_webhook` wrote down."""
    _, made, headers = api("POST", "/webhooks", {"url": NOWHERE, "events": ["file.failed"]})
    path = f"/webhooks/{made['id']}"
    assert made["secret"].startswith("whsec_")
    assert headers["etag"] == '"1"'

    facts = {"url": NOWHERE, "events": ["file.skipped"], "description": "März", "enabled": True}
    assert [api("PUT", path, facts, if_match=etag)[0] for etag in ('"1"', '"1"')] == [200, 412]
    assert made["id"] in [each["id"] for each in api("GET", "/webhooks")[1]["webhooks"]]
    rotated = api("POST", f"{path}/rotate")[1]
    assert rotated["secret"] not in (made["secret"], "")

    status, sent, _ = api("POST", f"{path}/test")
    assert status == 202
    attempts = lambda: api("GET", f"{path}/deliveries")[1]["attempts"]  # noqa: E731
    first = eventually(attempts, within=90)[-1]
    assert (first["event_id"], first["result"], first["status"]) == (sent["event_id"], "retrying", None)
    assert first["reason"] == "The host hooks.sluice.invalid cannot be resolved."
    assert api("POST", f"{path}/deliveries/{sent['event_id']}/resend")[0] == 202

    assert api("DELETE", path, if_match='"3"')[0] == 204
    assert api("GET", path)[0] == 404


@pytest.mark.parametrize(
    "url", ["http://hooks.sluice.invalid/", "https://169.254.169.254/", "https://localhost/"]
)
def test_an_address_inside_is_refused_over_http(api, url):
    status, told, headers = api("POST", "/webhooks", {"url": url})

    assert (status, headers["content-type"]) == (422, "application/problem+json")
    assert told["problems"][0]["path"] == "url"
