"""The log of deliveries to webhooks on Amazon DynamoDB."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sluice.aws.errors import translated
from sluice.aws.items import typed, values_of
from sluice.webhooks.records import Attempt, Delivery

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEEP = timedelta(days=30)  # of the log
_MESSAGE = "message#"
_ATTEMPT = "attempt#"
_NUMBERS = ("attempt", "status", "milliseconds")


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
                ExpressionAttributeValues=typed(
                    {":id": webhook_id, ":first": _ATTEMPT, ":last": f"{_ATTEMPT}{last}"}
                ),
                ScanIndexForward=False,
                Limit=limit,
            )
        return [_attempt(item) for item in answer["Items"]]

    def message(self, webhook_id: str, event_id: str) -> Delivery | None:
        """Read one message."""
        key = typed({"webhook_id": webhook_id, "entry": _MESSAGE + event_id})
        with translated("read a message"):
            item = self._client.get_item(TableName=self._table, Key=key).get("Item")
        if item is None:
            return None
        values = values_of(item, Delivery)
        due = datetime.fromisoformat(values["due_at"])
        return Delivery(**values | {"due_at": due, "attempt": int(values["attempt"])})

    def _put(self, entry: str, values: Mapping[str, Any]) -> None:
        more = {"entry": entry, "expires_at": int((self._now() + KEEP).timestamp())}
        with translated("write the log of deliveries"):
            self._client.put_item(TableName=self._table, Item=typed({**values, **more}))


def _attempt(item: Mapping[str, Any]) -> Attempt:
    values = values_of(item, Attempt)
    numbers = {name: values[name] if values[name] is None else int(values[name]) for name in _NUMBERS}
    moments = {
        name: datetime.fromisoformat(values[name]) if values[name] else None for name in ("at", "next_at")
    }
    return Attempt(**values | numbers | moments)
