"""The webhooks on Amazon DynamoDB."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from sluice.aws.errors import refusal_of, translated
from sluice.aws.items import attribute, typed, values_of
from sluice.webhooks.records import Webhook

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

FRESH = 30.0  # seconds that `recent` may be behind


class DynamoDBRegistry:
    """One item a webhook."""

    def __init__(
        self, client: "DynamoDBClient", table: str, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._client = client
        self._table = table
        self._clock = clock
        self._known: tuple[float, Sequence[Webhook]] | None = None

    def all(self) -> Sequence[Webhook]:
        """Scan the table, which is small."""
        pages = self._client.get_paginator("scan").paginate(TableName=self._table, ConsistentRead=True)
        with translated("read the webhooks"):
            found = [_webhook(item) for page in pages for item in page["Items"]]
        return sorted(found, key=lambda webhook: (webhook.created_at, webhook.id))

    def recent(self) -> Sequence[Webhook]:
        """Return what the last scan found, for as long as it is fresh."""
        if self._known is None or self._clock() - self._known[0] > FRESH:
            self._known = (self._clock(), self.all())
        return self._known[1]

    def get(self, webhook_id: str) -> Webhook | None:
        """Read one item, consistently."""
        with translated("read a webhook"):
            item = self._client.get_item(
                TableName=self._table, Key=_key(webhook_id), ConsistentRead=True
            ).get("Item")
        return _webhook(item) if item else None

    def put(self, webhook: Webhook, *, over: int | None) -> bool:
        """Write the item on the condition that the version *over*, or nothing, is there."""
        item = typed(asdict(webhook) | {"created_at": webhook.created_at.isoformat()})
        condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(webhook_id)"}
        if over is not None:
            condition = {
                "ConditionExpression": "version = :over",
                "ExpressionAttributeValues": {":over": attribute(over)},
            }
        return self._if_allowed(
            lambda: self._client.put_item(TableName=self._table, Item=item | _key(webhook.id), **condition)
        )

    def remove(self, webhook_id: str, *, over: int) -> bool:
        """Delete the item on the condition that the version *over* is there."""
        return self._if_allowed(
            lambda: self._client.delete_item(
                TableName=self._table,
                Key=_key(webhook_id),
                ConditionExpression="version = :over",
                ExpressionAttributeValues={":over": attribute(over)},
            )
        )

    def _if_allowed(self, write: Callable[[], Any]) -> bool:
        try:
            with translated("write a webhook"):
                write()
        except ClientError as error:
            refusal_of(error)
            return False
        return True


def _key(webhook_id: str) -> dict[str, Any]:
    return {"webhook_id": attribute(webhook_id)}


def _webhook(item: Mapping[str, Any]) -> Webhook:
    values = values_of(item, Webhook)
    webhook = Webhook(**values | {"events": tuple(values["events"])})
    return replace(
        webhook,
        created_at=datetime.fromisoformat(values["created_at"]),
        version=int(values["version"]),
        secret_version=int(values["secret_version"]),
    )
