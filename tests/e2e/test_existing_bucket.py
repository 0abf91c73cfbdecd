"""A bucket that was full before the stack came becomes its inbox, with versions and without."""

import json

import pytest

from local import stack
from local.build import Build, build
from local.clients import client
from local.deploy import deploy
from tests.e2e.commands import Sluice
from tests.e2e.conftest import Product
from tests.local.waiting import eventually

pytestmark = pytest.mark.e2e

BUCKET = "theirs-for-years"


@pytest.fixture(params=["versioned", "unversioned"])
def existing(request, tmp_path):
    """Yield a stack of a bucket that has objects and tells a queue of some; and the command."""
    with stack.session("existing") as (home, endpoint):
        build(Build(), home.deploy_log)
        _fill(endpoint, versioned=request.param == "versioned")
        outputs = deploy(home, Build(), {"ExistingInbox": BUCKET, "RemoveResults": "deleted"})
        yield Product(endpoint, outputs, home.call_log), Sluice(endpoint, tmp_path), request.param


def _fill(endpoint, *, versioned):
    s3, sqs = client(endpoint, "s3"), client(endpoint, "sqs")
    s3.create_bucket(Bucket=BUCKET)
    if versioned:
        s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    queue = sqs.create_queue(QueueName="theirs")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    statement = {"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Resource": arn}
    policy = {"Version": "2012-10-17", "Statement": [statement | {"Action": "sqs:SendMessage"}]}
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": json.dumps(policy)})
    rules = [{"Name": "prefix", "Value": "theirs/"}]
    told = {"Id": "theirs", "QueueArn": arn, "Events": ["s3:ObjectCreated:*"]}
    s3.put_bucket_notification_configuration(
        Bucket=BUCKET,
        NotificationConfiguration={
            "QueueConfigurations": [told | {"Filter": {"Key": {"FilterRules": rules}}}]
        },
    )
    for body in (b"a\n1\n", b"a\n2\n"):  # the second replaces the first
        s3.put_object(Bucket=BUCKET, Key="old/twice é +.csv", Body=body)
    s3.put_object(Bucket=BUCKET, Key="old/once.csv", Body=b"a\n3\n")


def test_a_bucket_of_years_becomes_the_inbox(existing):
    product, sluice, kind = existing
    s3 = product.client("s3")
    before = _settings(s3)

    code, output = sluice.run("bucket", "attach", BUCKET)
    assert (code, "Nothing changed" in output, _settings(s3)) == (0, True, before)
    assert ("keeps no versions" in output) == (kind == "unversioned")
    code, output = sluice.run("bucket", "attach", BUCKET, "--yes")
    assert (code, "The stack takes files from it." in output) == (0, True)
    assert _settings(s3) == before | {"EventBridgeConfiguration": {}}
    assert sluice.json("bucket", "attach", BUCKET, "--yes")["changes"] is False

    assert sluice.json("reconcile", "--grace", "0", "--current")["counts"]["taken_in"] == 2
    assert product.outcome("old/once.csv")["status"] == "success"
    assert product.outcome("old/twice é +.csv")["status"] == "success"

    # What comes now is told, to them and to us, and told apart by version or content.
    for body in (b"a\n1\n", b"a\n1\n2\n"):
        product.client("s3").put_object(Bucket=BUCKET, Key="theirs/new.csv", Body=body)
        eventually(lambda body=body: _rows(product, "theirs/new.csv") == body.count(b"\n") - 1, within=60)
    assert len(product.outcomes("theirs/new.csv", 2)) == 2
    [queue] = product.client("sqs").list_queues(QueueNamePrefix="theirs")["QueueUrls"]
    told = [json.loads(message["Body"]) for message in product.messages(queue)]
    assert any("theirs/new.csv" in json.dumps(each) for each in told)

    # What is deleted is marked, whether S3 names a version or not, and its results go as the stack was told.
    s3.delete_object(Bucket=BUCKET, Key="old/once.csv")
    how = "Delete Marker Created" if kind == "versioned" else "Permanently Deleted"
    assert eventually(lambda: product.items_of("old/once.csv")[0].get("deletion"), within=60) == how
    eventually(lambda: _results(product, "processed/old/once") == [])
    assert len(_results(product, "processed/old/twice")) == 2

    counts = sluice.json("reconcile", "--grace", "0", "--current", "--gone")["counts"]
    assert counts["taken_in"] == 0
    gone = 0 if kind == "versioned" else 1  # content that was replaced is no more
    assert counts["gone"] == gone


def _settings(s3):
    found = s3.get_bucket_notification_configuration(Bucket=BUCKET)
    return {name: value for name, value in found.items() if name != "ResponseMetadata"}


def _results(product, prefix):
    listed = product.client("s3").list_objects_v2(Bucket=product.outputs["OutboxBucketName"], Prefix=prefix)
    return [each["Key"] for each in listed.get("Contents", ())]


def _rows(product, key):
    """Return the rows of the newest version that has its outcome."""
    done = [item for item in product.items_of(key) if "row_count" in item]
    return int(done[-1]["row_count"]) if done else None
