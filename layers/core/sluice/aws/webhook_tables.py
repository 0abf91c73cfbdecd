"""The webhooks and the log of their deliveries on Amazon DynamoDB."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.types import TypeDeserializer
from botocore.exceptions import ClientError

from sluice.aws.errors import code_of, translated
from sluice.aws.items import attribute
from sluice.webhooks.records import Attempt, Delivery, Webhook

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

FRESH = 30.0  # seconds that `recent` may be behind
KEEP = timedelta(days=30)  # of the log
_MESSAGE, _ATTEMPT = "message#", "attempt#"
_plain = TypeDeserializer().deserialize


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
        item = _typed(asdict(webhook) | {"created_at": webhook.created_at.isoformat()})
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
            if code_of(error) == "ConditionalCheckFailedException":
                return False
            raise
        return True


class DynamoDBDeliveryLog:
    """Per webhook an item for each message, and one for each attempt in the order of time."""

    def __init__(self, client: "DynamoDBClient", table: str, *, now: Callable[[], datetime]) -> None:
        self._client = client
        self._table = table
        self._now = now

    def begin(self, delivery: Delivery) -> None:
        """Keep the message under its id, over itself if it is there."""
        values = asdict(delivery) | {"due_at": delivery.due_at.isoformat()}
        self._put(_MESSAGE + delivery.event_id, values)

    def add(self, attempt: Attempt) -> None:
        """Keep an attempt."""
        values = asdict(attempt) | {
            "at": attempt.at.isoformat(),
            "next_at": attempt.next_at.isoformat() if attempt.next_at else None,
        }
        self._put(f"{_ATTEMPT}{attempt.at.isoformat()}#{attempt.event_id}#{attempt.attempt}", values)

    def attempts(self, webhook_id: str, *, limit: int, before: datetime | None = None) -> Sequence[Attempt]:
        """Query backwards; the entry of an attempt begins with its moment, and goes on."""
        last = before.astimezone(UTC).isoformat() if before else "~"
        with translated("read the log of deliveries"):
            answer = self._client.query(
                TableName=self._table,
                KeyConditionExpression="webhook_id = :id AND entry BETWEEN :first AND :last",
                ExpressionAttributeValues=_typed(
                    {":id": webhook_id, ":first": _ATTEMPT, ":last": f"{_ATTEMPT}{last}"}
                ),
                ScanIndexForward=False,
                Limit=limit,
            )
        return [_attempt(item) for item in answer["Items"]]

    def message(self, webhook_id: str, event_id: str) -> Delivery | None:
        """Read one message."""
        key = _typed({"webhook_id": webhook_id, "entry": _MESSAGE + event_id})
        with translated("read a message"):
            item = self._client.get_item(TableName=self._table, Key=key).get("Item")
        if item is None:
            return None
        values = _values(item, Delivery)
        due = datetime.fromisoformat(values["due_at"])
        return Delivery(**values | {"due_at": due, "attempt": int(values["attempt"])})

    def _put(self, entry: str, values: Mapping[str, Any]) -> None:
        more = {"entry": entry, "expires_at": int((self._now() + KEEP).timestamp())}
        with translated("write the log of deliveries"):
            self._client.put_item(TableName=self._table, Item=_typed({**values, **more}))


def _key(webhook_id: str) -> dict[str, Any]:
    return {"webhook_id": attribute(webhook_id)}


def _typed(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: attribute(value) for name, value in values.items()}


def _values(item: Mapping[str, Any], kind: type) -> dict[str, Any]:
    """Return the attributes that a record of this release has."""
    names = kind.__slots__  # type: ignore[attr-defined]
    return {name: _plain(item[name]) for name in names if name in item}


def _webhook(item: Mapping[str, Any]) -> Webhook:
    values = _values(item, Webhook)
    webhook = Webhook(**values | {"events": tuple(values["events"])})
    return replace(
        webhook,
        created_at=datetime.fromisoformat(values["created_at"]),
        version=int(values["version"]),
        secret_version=int(values["secret_version"]),
    )


def _attempt(item: Mapping[str, Any]) -> Attempt:
    values = _values(item, Attempt)
    numbers = {name: values[name] if values[name] is None else int(values[name]) for name in _NUMBERS}
    moments = {
        name: datetime.fromisoformat(values[name]) if values[name] else None for name in ("at", "next_at")
    }
    return Attempt(**values | numbers | moments)


_NUMBERS = ("attempt", "status", "milliseconds")
