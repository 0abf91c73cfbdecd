"""What happens seldom, on the deployed template with its own roles: garbage, lost files, other buckets."""

import json
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from tests.local.waiting import eventually

pytestmark = pytest.mark.e2e

RULES = [
    {
        "name": "Notes by their declared type",
        "match": {"prefix": "seldom/", "content_types": ["text/x-note"]},
        "processor": None,
        "reason": "Notes are not for us.",
    },
    {"name": "Inspected", "match": {"prefix": "seldom/inspected/"}, "processor": "inspect_file"},
]
CONTRACT = {"schema": {"fields": [{"name": "id", "type": "integer"}]}}
PNG = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
LARGE = 6 * 1024**3  # bytes, which no one request carries


@pytest.fixture(scope="module")
def _rules(product):
    for rule in RULES:
        request = json.dumps({"action": "create", "data": rule, "source": "a test"})
        name = product.outputs["RulesApiFunctionName"]
        answer = product.client("lambda").invoke(FunctionName=name, Payload=request)
        assert json.loads(answer["Payload"].read())["status"] == "created"
    product.renew("Dispatch")


def invoke(product, name, **request):
    """Invoke a function by the beginning of its name, as a person or a schedule does."""
    functions = product.client("lambda")
    pages = functions.get_paginator("list_functions").paginate()
    names = (each["FunctionName"] for page in pages for each in page["Functions"])
    [function] = [each for each in names if each.startswith(f"sluice-{name}Function-")]
    answer = functions.invoke(FunctionName=function, Payload=json.dumps(request))
    body = json.loads(answer["Payload"].read() or "null")
    assert "FunctionError" not in answer, body
    return body


def event(kind, product, **facts):
    """Make an event of S3 about an object of the inbox."""
    detail = {"version": "0", "bucket": {"name": product.outputs["InboxBucketName"]}, "object": facts}
    now = datetime.now(UTC).isoformat()
    return {"version": "0", "id": str(uuid4()), "source": "aws.s3", "detail-type": kind, "time": now,
            "detail": detail}  # fmt: skip


def unversioned(product, key):
    """Announce the newest version of an object as a bucket without versions announces it."""
    found = product.client("s3").head_object(Bucket=product.outputs["InboxBucketName"], Key=key)
    etag = found["ETag"].strip('"')
    return event(
        "Object Created", product, key=key, size=found["ContentLength"], etag=etag, sequencer="00000001"
    )


def ended(product, key):
    """Make the event of an execution that failed without an answer about a file, which lost two before."""
    item = product.outcome(key)
    [execution, *_] = product.executions_with(item["file_id"])
    batch = json.loads(execution["input"])
    batch["files"] = [each | {"attempt": int(item["attempt"])} for each in batch["files"]]
    detail = {"name": execution["name"], "status": "FAILED", "input": json.dumps(batch)}
    return {"detail-type": "Step Functions Execution Status Change", "source": "aws.states", "detail": detail}


def lose(product, key, *, claimed_until):
    """Let the catalogue say that a file is being processed, and that two executions of it gave no answer."""
    product.client("dynamodb").update_item(
        TableName=product.outputs["CatalogueTableName"],
        Key={"file_id": {"S": product.items_of(key)[0]["file_id"]}},
        UpdateExpression="SET #s = :claimed, losses = :two, claimed_until = :until",
        ExpressionAttributeNames={"#s": "status"},
        ExpressionAttributeValues={":claimed": {"S": "claimed"}, ":two": {"N": "2"},
                                   ":until": {"N": str(claimed_until)}},
    )  # fmt: skip


@pytest.mark.usefixtures("_rules")
def test_a_rule_may_go_by_the_type_that_the_sender_declared(product):
    product.upload("seldom/note.bin", b"\x00", ContentType="text/x-note")
    product.upload("seldom/inspected/other.bin", b"\x00", ContentType="application/x-other")

    assert product.outcome("seldom/note.bin")["status"] == "skipped"
    assert product.outcome("seldom/inspected/other.bin")["rule"]["id"] != "everything-else"


@pytest.mark.parametrize(
    ("lane", "name", "content"),
    [("Csv", "a.csv", b"a\n1\n"), ("Other", "a.bin", b"\x00"), ("Image", "a.png", PNG)],
)
def test_a_file_of_a_bucket_without_versions_is_processed(product, lane, name, content):
    """Also one that is older than what has results already, which then go to another place."""
    key = f"seldom/unversioned/{name}"
    product.upload(key, content)
    product.outcome(key)

    product.send(f"{lane}ArrivalsQueueUrl", json.dumps(unversioned(product, key)))

    assert {item["status"] for item in product.outcomes(key, count=2)} == {"success"}


def test_a_dataset_of_wide_tables_is_compared(product):
    """What they are compared with is too large for an item, and lies in the outbox."""
    columns = [f"{uuid4()}{uuid4()}" for _ in range(500)]
    for day, header in (("01", columns), ("02", [*columns, "one more"])):
        table = "\n".join((",".join(header), ",".join("1" * len(header)))).encode()
        product.upload(f"seldom/wide_2026-03-{day}.csv", table)
        item = product.outcome(f"seldom/wide_2026-03-{day}.csv")

    assert [each["change"] for each in item["profile_changes"]] == ["column_added"]


def test_what_cannot_be_read_is_buried_with_its_reason(product):
    """Of deletions and ended executions; arrivals have it elsewhere."""
    for queue in ("Deletions", "EndedExecutions"):
        product.send(f"{queue}QueueUrl", "{")
        letters = eventually(lambda: product.messages(product.outputs[f"{queue}DeadLettersUrl"]), within=60)  # noqa: B023
        assert "not JSON" in letters[0]["MessageAttributes"]["reason"]["StringValue"]


def test_a_file_that_is_lost_for_the_third_time_is_failed_and_kept(product):
    product.upload("seldom/lost.bin", b"\x00")
    message = ended(product, "seldom/lost.bin")
    in_an_hour = int((datetime.now(UTC) + timedelta(hours=1)).timestamp())
    lose(product, "seldom/lost.bin", claimed_until=in_an_hour)

    product.send("EndedExecutionsQueueUrl", json.dumps(message))

    eventually(lambda: product.items_of("seldom/lost.bin")[0]["status"] == "failed", within=60)
    [kept] = product.messages(product.outputs["FailedFilesQueueUrl"])
    assert json.loads(kept["Body"])["key"] == "seldom/lost.bin"


def test_the_sweep_gives_up_what_is_lost_for_the_third_time_and_marks_what_is_gone(product):
    """Two files whose claims expired unseen, and one whose object vanished without an event."""
    for key in ("seldom/stuck.bin", "seldom/unversioned/gone.bin"):
        product.upload(key, b"\x00")
        product.outcome(key)
    lose(product, "seldom/stuck.bin", claimed_until=1)

    def sweep(part):
        return invoke(product, "Reconcile", part={"part": part, "prefix": "seldom/", "grace_seconds": 0})

    assert sweep("stuck")["part"]["counts"]["freed"] >= 1
    assert product.items_of("seldom/stuck.bin")[0]["status"] == "failed"
    [kept] = product.messages(product.outputs["FailedFilesQueueUrl"])
    assert json.loads(kept["Body"])["key"] == "seldom/stuck.bin"
    assert sweep("unannounced")["done"]

    bucket = product.outputs["InboxBucketName"]
    settings = product.client("s3").get_bucket_notification_configuration(Bucket=bucket)
    settings.pop("ResponseMetadata")
    product.client("s3").put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={})
    version = product.items_of("seldom/unversioned/gone.bin")[0]["version_id"]
    product.delete("seldom/unversioned/gone.bin", version)
    product.client("s3").put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration=settings
    )
    assert sweep("gone")["part"]["counts"]["gone"] >= 1
    assert product.items_of("seldom/unversioned/gone.bin")[0]["deletion"] == "found gone"


def test_dead_letters_of_every_kind_are_replayed(product):
    key = "seldom/replayed.csv"
    product.upload(key, b"a\n1\n")
    execution = ended(product, key)
    deletion = event("Object Deleted", product, key="seldom/never there") | {"detail-type": "Object Deleted"}
    product.send("DeletionsDeadLettersUrl", json.dumps(deletion))
    product.send("EndedExecutionsDeadLettersUrl", json.dumps(execution))
    product.send("UnannouncedDeadLettersUrl", json.dumps({"DDBStreamBatchInfo": {}}))
    product.send("CsvDeadLettersUrl", json.dumps(unversioned(product, key)))

    boxes = ["deletions", "ended-executions", "stream", "csv"]
    report = invoke(product, "Replay", queues=boxes, dry_run=False, by="a test")

    assert report["replayed"] == len(boxes), report
    assert product.outcomes(key, count=2)


def test_what_was_to_be_told_or_run_is_replayed_too(product):
    """A mail, a message for a webhook, and the runs of all schedules."""
    told = product.subscriber()
    run = {
        "version": "0",
        "detail-type": "Scheduled Event",
        "time": datetime.now(UTC).isoformat(),
        "detail": {},
    }
    delivery = {"webhook_id": "wh_nobody", "event_id": "msg_1", "event": "file.failed", "body": "{}",
                "due_at": datetime.now(UTC).isoformat(), "attempt": 1}  # fmt: skip
    letters = {
        "Mail": ("mail", {"Type": "Notification", "Subject": "Replayed", "Message": "again"}),
        "Webhook": ("webhooks", delivery),
        "Tune": ("tune-pace", {"requestPayload": run, "requestContext": {"condition": "RetriesExhausted"}}),
        "Digest": ("digest", run),
        "Rule": ("rules", {"gone": False}),
    }
    for name, (_, body) in letters.items():
        [queue] = product.client("sqs").list_queues(QueueNamePrefix=f"sluice-{name}DeadLetters")["QueueUrls"]
        product.client("sqs").send_message(QueueUrl=queue, MessageBody=json.dumps(body))

    boxes = [box for box, _ in letters.values()]
    report = invoke(product, "Replay", queues=boxes, dry_run=False, by="a test")

    assert report["replayed"] == len(boxes), report
    assert eventually(lambda: [each for each in product.messages(told) if "again" in each["Body"]])


@pytest.mark.usefixtures("_rules")
def test_contracts_are_kept_with_their_history_and_files_are_listed_by_outcome(api):
    assert api("POST", "/contracts", {"id": "seldom", "document": CONTRACT})[0] == 201
    assert "seldom" in json.dumps(api("GET", "/contracts")[1])
    assert api("GET", "/contracts/seldom/history")[0] == 200
    assert api("DELETE", "/contracts/seldom", if_match="*")[0] == 200
    [rule] = [each for each in api("GET", "/rules")[1]["rules"] if each["name"] == RULES[1]["name"]]
    assert api("GET", f"/rules/{rule['id']}/history")[0] == 200
    assert api("GET", "/files?status=success")[1]["files"]


def test_an_upload_in_parts_begins_and_is_given_up(api):
    begun = api("POST", "/uploads", {"name": "large.csv", "size": LARGE})[1]
    assert begun["kind"] == "parts"
    given_up = api("DELETE", f"/uploads/{begun['upload']}")
    assert given_up[0] == 204


def test_a_digest_of_all_outcomes_is_mailed(product):
    told = product.subscriber()
    in_an_hour = (datetime.now(UTC) + timedelta(hours=1)).isoformat()

    invoke(product, "SendDigest", time=in_an_hour)

    assert eventually(lambda: product.messages(told))
