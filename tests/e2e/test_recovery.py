"""What is left behind comes back, on the deployed template with its own roles."""

import json
from contextlib import contextmanager

import pytest

from tests.local.waiting import eventually

pytestmark = pytest.mark.e2e


@contextmanager
def stopped(product, function):
    """Let the function take no invocation for a while, so that executions wait for it."""
    client = product.client("lambda")
    names = [each["FunctionName"] for each in client.list_functions()["Functions"]]
    [name] = [name for name in names if function in name]
    client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    try:
        yield
    finally:
        client.delete_function_concurrency(FunctionName=name)


def test_the_files_of_an_execution_that_is_aborted_are_processed_by_another(product):
    key = "aborted é +.bin"
    with stopped(product, "InspectFile"):
        product.upload(key, b"\x00\x01")
        [claimed] = eventually(lambda: product.items_of(key), within=60)
        [execution] = eventually(lambda: product.executions_with(claimed["file_id"]))
        product.client("stepfunctions").stop_execution(executionArn=execution["executionArn"])
        eventually(lambda: len(product.executions_with(claimed["file_id"])) > 1, within=90)

    item = product.outcome(key)
    assert (item["status"], item["attempt"], item.get("losses")) == ("success", 2, 0)
    assert eventually(lambda: product.is_drained("EndedExecutionsQueueUrl"))


def test_a_failed_file_is_replayed_as_a_new_attempt_and_the_audit_knows(product):
    key = "failed é +.csv"
    product.upload(key, b"a\n1\n")
    item = product.outcome(key)
    _fail(product, item)

    dry = _invoke(product, "ReplayFunctionArn", queues=["failed-files"], prefix="failed")
    assert [(line["key"], line["action"]) for line in dry["letters"]] == [(key, "would be replayed")]
    done = _invoke(product, "ReplayFunctionArn", queues=["failed-files"], dry_run=False, by="a test")
    assert done["replayed"] == 1

    eventually(lambda: product.items_of(key)[0]["status"] == "success", within=60)
    again = product.outcome(key)
    assert (again["replays"], again["attempt"]) == (1, item["attempt"] + 2)
    [record] = product.client("dynamodb").scan(TableName=product.outputs["ReplaysTableName"])["Items"]
    assert (record["key"]["S"], record["by"]["S"]) == (key, "a test")
    assert product.is_drained("FailedFilesQueueUrl")


def test_a_dead_letter_that_nothing_can_be_made_of_is_listed_and_stays(product):
    product.send("OtherDeadLettersUrl", "{")

    report = _invoke(product, "ReplayFunctionArn", queues=["other"], dry_run=False)

    assert report["letters"][0]["reason"].startswith("the message is not JSON")
    assert len(product.messages(product.outputs["OtherDeadLettersUrl"])) == 1


def test_a_file_whose_event_was_lost_is_taken_in_by_the_state_machine_of_the_sweep(product):
    key = "lost/é +.csv"
    with deaf(product):
        product.upload(key, b"a\n1\n")

    states = product.client("stepfunctions")
    execution = states.start_execution(
        stateMachineArn=product.outputs["BackfillStateMachineArn"],
        input=json.dumps({"prefix": "lost/", "grace_seconds": 0, "gone": True}),
    )["executionArn"]

    ended = eventually(lambda: _ended(states.describe_execution(executionArn=execution)), within=60)
    assert ended["status"] == "SUCCEEDED"
    output = json.loads(ended["output"])
    assert (output["counts"]["taken_in"], output["examples"]) == (1, [key])
    assert product.outcome(key)["status"] == "success"
    assert product.result(output["report"])["counts"] == output["counts"]


def test_a_version_that_is_deleted_is_marked_and_one_that_a_marker_hides_is_too_until_it_is_back(product):
    gone = product.upload("deleted/gone.txt", b"1")
    product.upload("deleted/hidden.txt", b"1")
    product.outcome("deleted/gone.txt")
    product.outcome("deleted/hidden.txt")
    bucket = product.outputs["InboxBucketName"]

    product.delete("deleted/gone.txt", gone)
    marker = product.client("s3").delete_object(Bucket=bucket, Key="deleted/hidden.txt")["VersionId"]

    assert eventually(lambda: _deletion(product, "deleted/gone.txt"), within=60) == "Permanently Deleted"
    assert eventually(lambda: _deletion(product, "deleted/hidden.txt")) == "Delete Marker Created"
    product.delete("deleted/hidden.txt", marker)
    assert eventually(lambda: _deletion(product, "deleted/hidden.txt") is None)


@contextmanager
def deaf(product):
    """Let the inbox tell nobody of its objects for a while."""
    s3, bucket = product.client("s3"), product.outputs["InboxBucketName"]
    settings = s3.get_bucket_notification_configuration(Bucket=bucket)
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={})
    try:
        yield
    finally:
        settings.pop("ResponseMetadata")
        s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=settings)


def _fail(product, item):
    """Leave a file as the state machine leaves one whose retries are spent."""
    facts = {name: item[name] for name in ("bucket", "key", "version_id", "etag", "sequencer")}
    facts |= {"size": int(item["size"]), "uploaded_at": item["upload_timestamp"]}
    facts |= {"correlation_id": item["correlation_id"], "file_id": item["file_id"]}
    facts |= {"attempt": int(item["attempt"]), "processor": item["processor"], "error": "Sandbox.Timedout"}
    product.send("FailedFilesQueueUrl", json.dumps(facts))
    product.client("dynamodb").update_item(
        TableName=product.outputs["CatalogueTableName"],
        Key={"file_id": {"S": item["file_id"]}},
        UpdateExpression="SET #status = :failed",
        ExpressionAttributeNames={"#status": "status"},
        ExpressionAttributeValues={":failed": {"S": "failed"}},
    )


def _invoke(product, output, **request):
    function, payload = product.outputs[output], json.dumps(request)
    answer = product.client("lambda").invoke(FunctionName=function, Payload=payload)
    assert "FunctionError" not in answer
    return json.loads(answer["Payload"].read())


def _ended(execution):
    return execution if execution["status"] != "RUNNING" else None


def _deletion(product, key):
    [item] = product.items_of(key)
    return item.get("deletion")
