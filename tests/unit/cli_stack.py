"""A deployed stack as the command line sees it: moto's buckets, queues and tables behind stubbed outputs."""

import json
from decimal import Decimal
from typing import Any

import boto3
from botocore.stub import Stubber

from cli.stack.address import Address

ITEM = {
    "file_id": "0123456789abcdef0123456789abcdef",
    "file_name": "orders.csv",
    "bucket": "inbox",
    "key": "uploads/orders.csv",
    "version_id": "v2",
    "size": 20022,
    "upload_timestamp": "2026-03-02T06:45:10Z",
    "processed_timestamp": "2026-03-02T06:45:12Z",
    "status": "success",
    "processor": "profile_csv",
    "row_count": 200,
    "schema": {"quantity": "int", "city": "string"},
    "quality_issues": {
        "total_rows": 200,
        "has_issues": True,
        "missing_values": {"city": {"count": 3, "percentage": Decimal("1.5")}},
        "invalid_values": {"quantity": {"count": 2}},
    },
    "results": ["processed/uploads/orders_summary.json"],
}

# What the template's index has; the other facts are in the table alone.
BY_STATUS = (
    "file_name", "key", "bucket", "version_id", "processor", "lane", "processed_timestamp", "error_message",
    "results", "correlation_id",
)  # fmt: skip

PACE = {"rate": 25, "burst": 50, "horizon_seconds": 30, "max_in_flight": 200}


class StubbedAddress(Address):
    """Answers for the stack with the outputs it was told; everything else is asked of moto."""

    def client(self, service: str, config: Any = None) -> Any:
        """Make a client whose answer is prepared, or moto's."""
        client = super().client(service, config)
        if service == "cloudformation":
            stubber = Stubber(client)
            _answer(stubber, self.stack_name)
            stubber.activate()
        return client


def address(stack_name: str = "sluice") -> Address:
    return StubbedAddress(stack_name, boto3.Session("key", "secret", region_name="us-east-1"))


def create_resources(address: Address) -> None:
    """Create what the outputs name."""
    s3 = address.client("s3")
    s3.create_bucket(Bucket="inbox")
    s3.put_bucket_versioning(Bucket="inbox", VersioningConfiguration={"Status": "Enabled"})
    address.client("sqs").create_queue(QueueName="arrivals")
    address.client("dynamodb").create_table(
        TableName="lanes",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "lane", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "lane", "AttributeType": "S"}],
    )
    attributes = ("file_id", "status", "file_name", "upload_timestamp", "lane")
    number = {"AttributeName": "claimed_until", "AttributeType": "N"}
    address.client("dynamodb").create_table(
        TableName="catalogue",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "file_id", "KeyType": "HASH"}],
        AttributeDefinitions=[
            *({"AttributeName": name, "AttributeType": "S"} for name in attributes),
            number,
        ],
        GlobalSecondaryIndexes=[
            _index("by-status", "status", BY_STATUS),
            _index("by-name", "file_name"),
            _index("unfinished", "lane", sort="claimed_until"),
        ],
    )


def _answer(stubber: Stubber, stack_name: str) -> None:
    queue = "https://sqs.us-east-1.amazonaws.com/123456789012/arrivals"
    outputs = {
        "InboxBucketName": "inbox",
        "OutboxBucketName": "outbox",
        "CatalogueTableName": "catalogue",
        "CsvArrivalsQueueUrl": queue,
        "CsvDeadLettersUrl": queue,
        "FailedFilesQueueUrl": queue,
        "LanesTableName": "lanes",
        "LanePaces": json.dumps({"csv": PACE}),
    }
    if stack_name == "nowhere":
        message = "Stack with id nowhere does not exist"
        stubber.add_client_error("describe_stacks", "ValidationError", message)
        return
    shown = {} if stack_name == "empty" else outputs
    stack = {
        "StackName": stack_name,
        "CreationTime": "2026-01-01T00:00:00Z",
        "StackStatus": "CREATE_COMPLETE",
    }
    stack["Outputs"] = [{"OutputKey": key, "OutputValue": value} for key, value in shown.items()]
    stubber.add_response("describe_stacks", {"Stacks": [stack]})


def _index(
    name: str, key: str, attributes: tuple[str, ...] = (), sort: str = "upload_timestamp"
) -> dict[str, Any]:
    schema = [
        {"AttributeName": key, "KeyType": "HASH"},
        {"AttributeName": sort, "KeyType": "RANGE"},
    ]
    projection = (
        {"ProjectionType": "INCLUDE", "NonKeyAttributes": list(attributes)}
        if attributes
        else {"ProjectionType": "KEYS_ONLY"}
    )
    return {"IndexName": name, "KeySchema": schema, "Projection": projection}
