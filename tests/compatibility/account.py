"""A made-up account in memory, and the adapters of the release over it."""

import json
from typing import Any

import boto3

from tests.compatibility.releases import module, pacing
from tests.compatibility.values import AT

# Of each table: its keys, and its indexes' keys. S unless said.
TABLES = {
    "catalogue": ("file_id",),
    "lanes": ("lane",),
    "rules": ("id", "version"),
    "contracts": ("id", "version"),
    "webhooks": ("webhook_id",),
    "deliveries": ("webhook_id", "entry"),
    "digests": ("period", "entry"),
    "datasets": ("dataset_id",),
}
INDEXES = {
    "catalogue": ("unannounced", "processed_timestamp"),
    "rules": ("current", "id"),
    "contracts": ("current", "id"),
}
INDEX_NAMES = {"catalogue": "by-unannounced", "rules": "current", "contracts": "current"}


class Account:
    """The tables, the bucket and the parameters of a made-up account."""

    def __init__(self) -> None:
        self.dynamodb, self.s3, self.ssm = (boto3.client(name) for name in ("dynamodb", "s3", "ssm"))
        self.s3.create_bucket(Bucket="outbox")
        for table, keys in TABLES.items():
            self._create(table, keys)

    def _create(self, table: str, keys: tuple[str, ...]) -> None:
        indexed = INDEXES.get(table, ())
        names = sorted({*keys, *indexed})
        index = {"KeySchema": _schema(indexed), "Projection": {"ProjectionType": "ALL"}} if indexed else None
        more = {"GlobalSecondaryIndexes": [index | {"IndexName": INDEX_NAMES[table]}]} if index else {}
        self.dynamodb.create_table(
            TableName=table,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=_schema(keys),
            AttributeDefinitions=[
                {"AttributeName": name, "AttributeType": "N" if name == "version" else "S"} for name in names
            ],
            **more,
        )

    def items(self, table: str) -> list[Any]:
        """Return all items of a table as DynamoDB's JSON, in a stable order."""
        return sorted(self.dynamodb.scan(TableName=table)["Items"], key=json.dumps)

    def put(self, table: str, items: list[Any]) -> None:
        """Put items as another release left them."""
        for item in items:
            self.dynamodb.put_item(TableName=table, Item=item)


def _schema(keys: tuple[str, ...]) -> list[Any]:
    return [
        {"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, ("HASH", "RANGE"), strict=False)
    ]


def adapters(account: Account) -> dict[str, Any]:
    """Make the adapters that write and read."""
    dynamodb = account.dynamodb
    pace = pacing.Pace(rate=10, burst=20, horizon_seconds=30, max_in_flight=100)
    registry = module("aws.webhook_registry", "aws.webhook_tables")
    log = module("aws.delivery_log", "aws.webhook_tables")
    return {
        "catalogue": module("aws.dynamodb").DynamoDBCatalogue(dynamodb, "catalogue"),
        "register": module("aws.register").DynamoDBRegister(dynamodb, "catalogue"),
        "lanes": module("aws.lane_states").DynamoDBLaneStates(dynamodb, "lanes", defaults={"csv": pace}),
        "rules": module("aws.versions").DynamoDBVersions(dynamodb, "rules"),
        "contracts": module("aws.versions").DynamoDBVersions(dynamodb, "contracts"),
        "webhooks": registry.DynamoDBRegistry(dynamodb, "webhooks"),
        "deliveries": log.DynamoDBDeliveryLog(dynamodb, "deliveries", now=lambda: AT),
        "digests": module("aws.digest_table").DynamoDBDigestBook(dynamodb, "digests"),
        "secrets": module("aws.webhook_secrets").ParameterSecrets(account.ssm, "/sluice"),
        "baselines": _baselines(account),
    }


def _baselines(account: Account) -> Any:
    """Make what keeps baselines: objects in the release before, and since then a table."""
    adapter = module("aws.baselines")
    if hasattr(adapter, "S3Baselines"):
        return adapter.S3Baselines(account.s3, "outbox")
    return adapter.DynamoDBBaselines(account.dynamodb, "datasets", account.s3, "outbox", lambda: AT)


def only_parameter(account: Account) -> str:
    """Return the name of the one secret."""
    [found] = account.ssm.describe_parameters()["Parameters"]
    return str(found["Name"])
