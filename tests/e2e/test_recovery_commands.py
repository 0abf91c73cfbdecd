"""The commands of recovery, as a person types them, against the deployed template with its own roles."""

import json
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.e2e.commands import Sluice
from tests.e2e.test_recovery import deaf
from tests.local.waiting import eventually

pytestmark = pytest.mark.e2e

REPLAYABLE = {
    "MailDeadLetters": {"Type": "Notification", "Subject": "a.csv failed", "Message": "Because."},
    "DigestDeadLetters": {"detail-type": "Scheduled Event", "source": "aws.events"},
    "TuneDeadLetters": {"requestPayload": {}, "requestContext": {"condition": "RetriesExhausted"}},
    "WebhookDeadLetters": {
        "webhook_id": "wh_1", "event_id": "evt_1", "event": "file.failed", "body": "{}", "attempt": 9,
        "due_at": "2026-01-01T00:00:00+00:00",
    },
    "RuleDeadLetters": {"gone": False},
    "UnannouncedDeadLetters": {
        "requestContext": {"condition": "RetryAttemptsExhausted"}, "DDBStreamBatchInfo": {"shardId": "s"},
    },
    "EndedExecutionsDeadLetters": {
        "source": "aws.states", "detail-type": "Step Functions Execution Status Change",
        "detail": {"name": "x", "status": "FAILED", "input": '{"processor": "profile_csv", "files": []}'},
    },
}  # fmt: skip


@pytest.fixture
def sluice(product, tmp_path):
    return Sluice(product.endpoint, tmp_path)


def put_letter(product, queue, body):
    sqs = product.client("sqs")
    [url] = [url for url in sqs.list_queues()["QueueUrls"] if queue in url]
    sqs.send_message(QueueUrl=url, MessageBody=body if isinstance(body, str) else json.dumps(body))


def test_letters_of_every_queue_are_listed_and_replayed_by_the_role_that_the_template_gives(product, sluice):
    for queue, body in REPLAYABLE.items():
        put_letter(product, queue, body)
    put_letter(product, "CsvDeadLetters", json.dumps(product.event("replayed/é +\n.csv", "v1")))

    listed = sluice.json("replay", "--since", "10m")
    kinds = {line["kind"] for line in listed["letters"] if line["action"] == "would be replayed"}
    assert kinds >= {
        "mail", "scheduled run", "webhook delivery", "unannounced outcomes", "ended execution", "arrival",
    }  # fmt: skip
    _, output = sluice.run("replay", "--yes")

    assert output.count(" replayed ") >= len(REPLAYABLE) + 1, output
    left = [line for line in sluice.json("replay")["letters"] if line["kind"] != "unreadable"]
    assert left == []


def test_letters_are_chosen_by_queue_prefix_processor_reason_and_time(product, sluice):
    for key in ("chosen/a.csv", "chosen/b.png", "left/c.csv"):
        put_letter(product, "ImageDeadLetters", product.event(key, "v1"))

    def keys(*arguments):
        return [line["key"] for line in sluice.json("replay", "image", *arguments)["letters"]]

    assert sorted(keys("--prefix", "chosen/")) == ["chosen/a.csv", "chosen/b.png"]
    assert keys("--prefix", "chosen/", "--processor", "process_image") == ["chosen/b.png"]
    assert keys("--reason", "no such words") == []
    assert keys("--until", "1h") == []
    assert len(keys("--since", "1h", "--limit", "2")) == 2
    _, output = sluice.run("replay", "image", "--prefix", "left/", "--yes")
    assert "1 of 1 replayed." in output
    assert sorted(keys()) == ["chosen/a.csv", "chosen/b.png"]


def test_what_nothing_can_be_made_of_is_removed_on_demand_and_the_audit_has_its_text(product, sluice):
    put_letter(product, "ImageDeadLetters", "{poison")

    code, output = sluice.run("replay", "image", "--discard", "--yes", "--reason", "not JSON")

    assert (code, "1 of 1 removed." in output) == (0, True), output
    items = product.client("dynamodb").scan(TableName=product.outputs["ReplaysTableName"])["Items"]
    [item] = [item for item in items if item.get("body", {}).get("S") == "{poison"]
    assert item["queue"]["S"] == "image"


def test_mistakes_are_answered_with_a_sentence(sluice):
    assert "There is no queue csvs" in sluice.run("replay", "csvs")[1]
    assert "5000 is not a number from 1 to 1000" in sluice.run("replay", "--limit", "5000")[1]
    assert "There is no sweep to go on with" in sluice.run("reconcile", "--resume")[1]
    assert "does not exist" in sluice.run("bucket", "attach", "nowhere")[1]


def test_a_sweep_keeps_to_its_limit_and_goes_on(product, sluice):
    keys = [f"limited/{number}.bin" for number in range(5)]
    with deaf(product):
        for key in keys:
            product.upload(key, b"\x00")
    asked = ("reconcile", "--prefix", "limited/", "--grace", "0", "--limit", "2")

    assert sluice.json(*asked, "--dry-run")["counts"]["taken_in"] == 2
    assert sluice.json(*asked)["counts"]["taken_in"] == 2
    assert sluice.json("reconcile", "--resume")["counts"]["taken_in"] == 4
    _, output = sluice.run("reconcile", "--resume")

    assert "5  never recorded: taken in" in output
    assert [product.outcome(key)["status"] for key in keys] == ["success"] * 5


@pytest.fixture
def crowd(product):
    """Put 2,400 objects that nobody was told of into folders and into one flat folder; return the prefix."""
    with deaf(product), ThreadPoolExecutor(8) as pool:
        names = [f"crowd/{number % 30:02}/{number}.bin" for number in range(1200)]
        names += [f"crowd/flat/{number * 7919 % 65536:04x}.bin" for number in range(1200)]
        list(pool.map(lambda key: product.upload(key, b"\x00"), names))
    yield "crowd/"
    with deaf(product):
        where = {"Bucket": product.outputs["InboxBucketName"], "Prefix": "crowd/"}
        for page in product.client("s3").get_paginator("list_object_versions").paginate(**where):
            found = [{"Key": each["Key"], "VersionId": each["VersionId"]} for each in page["Versions"]]
            product.client("s3").delete_objects(Bucket=where["Bucket"], Delete={"Objects": found})


def test_a_large_bucket_is_swept_in_ranges_by_hand_killed_and_by_the_stack_alone(product, sluice, crowd):
    asked = ("reconcile", "--prefix", crowd, "--grace", "0", "--dry-run")
    killed = sluice.start(*asked, "--parallel", "1")
    book = sluice.folder / "sweeps" / "local.json"
    eventually(lambda: book.exists() and len(json.loads(book.read_text())["whole"]) >= 3, within=60)
    killed.send_signal(signal.SIGKILL)
    killed.communicate()  # and close its pipes
    left = json.loads(book.read_text())
    assert len(left["open"]) >= 5

    report = sluice.json("reconcile", "--resume")
    assert (report["counts"]["versions"], report["counts"]["taken_in"]) == (2400, 2400)

    states = product.client("stepfunctions")
    execution = states.start_execution(
        stateMachineArn=product.outputs["BackfillStateMachineArn"],
        input=json.dumps({"prefix": crowd, "grace_seconds": 0, "dry_run": True, "parts": 64, "pages": 1}),
    )["executionArn"]
    shown = sluice.json("reconcile", "--status")
    assert shown[0]["execution"] == execution

    def ended():
        [found] = [each for each in sluice.json("reconcile", "--status") if each["execution"] == execution]
        time.sleep(1)
        return found if found["state"] != "running" else None

    found = eventually(ended, within=200)
    assert found["state"] == "succeeded"
    assert (found["counts"]["versions"], found["counts"]["taken_in"]) == (2400, 2400)
    done, total = found["parts"].split(" of ")
    assert done == total
    assert int(total) >= 30
