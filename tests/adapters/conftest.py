"""A made-up AWS account in memory for every adapter."""

from dataclasses import replace
from datetime import UTC, datetime

import boto3
import pytest
from moto import mock_aws

from sluice.aws.dynamodb import DynamoDBCatalogue
from sluice.aws.versions import DynamoDBVersions
from sluice.files import File

BUCKET = "inbox"
FILE = File(
    bucket=BUCKET,
    key="data/März + é.csv",
    version_id="v1",
    etag="e1",
    size=7,
    sequencer="0055AED6DCD90281E5",
    uploaded_at=datetime(2026, 3, 1, 12, 0, tzinfo=UTC),
    correlation_id="c-1",
)


@pytest.fixture(autouse=True)
def aws(monkeypatch, tmp_path):
    """Nobody's own profile, credentials or endpoint is read, and nothing leaves this process."""
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.setenv(name, "us-east-1")
    with mock_aws():
        yield


@pytest.fixture
def file():
    """Return a file, with changes where some are given."""

    def make(**changes):
        return replace(FILE, **changes)

    return make


@pytest.fixture
def claims():
    """A client of DynamoDB where the catalogue has its index of claims."""
    client = boto3.client("dynamodb")
    kinds = {"file_id": "S", "lane": "S", "claimed_until": "N"}
    client.create_table(
        TableName="catalogue",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "file_id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": kind} for name, kind in kinds.items()],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "unfinished",
                "KeySchema": [
                    {"AttributeName": "lane", "KeyType": "HASH"},
                    {"AttributeName": "claimed_until", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
    )
    return client


@pytest.fixture
def dynamodb():
    client = boto3.client("dynamodb")
    client.create_table(
        TableName="catalogue",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "file_id", "KeyType": "HASH"}],
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": "S"}
            for name in ("file_id", "unannounced", "processed_timestamp")
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by-unannounced",
                "KeySchema": [
                    {"AttributeName": "unannounced", "KeyType": "HASH"},
                    {"AttributeName": "processed_timestamp", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
    )
    return client


@pytest.fixture
def versions(dynamodb):
    dynamodb.create_table(
        TableName="rules",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[_key("id", "HASH"), _key("version", "RANGE")],
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": "N" if name == "version" else "S"}
            for name in ("id", "version", "current")
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "current",
                "KeySchema": [_key("current", "HASH"), _key("id", "RANGE")],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )
    return DynamoDBVersions(dynamodb, "rules")


def _key(name, kind):
    return {"AttributeName": name, "KeyType": kind}


@pytest.fixture
def catalogue(dynamodb):
    return DynamoDBCatalogue(dynamodb, "catalogue")


@pytest.fixture
def item_of(dynamodb):
    """Read the item of a file."""

    def read(file):
        key = {"file_id": {"S": file.file_id}}
        return dynamodb.get_item(TableName="catalogue", Key=key, ConsistentRead=True)["Item"]

    return read


@pytest.fixture
def s3():
    client = boto3.client("s3")
    for bucket in (BUCKET, "outbox"):
        client.create_bucket(Bucket=bucket)
    return client


@pytest.fixture
def versioned(s3):
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    return s3
