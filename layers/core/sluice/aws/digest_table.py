"""What digests count, on Amazon DynamoDB."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, fields
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sluice.announcing.digests import Entry
from sluice.aws.errors import translated
from sluice.aws.items import attribute
from sluice.errors import ServiceBusyError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEEP = timedelta(days=3)  # longer than a digest reaches back
CALL_ITEMS = 25  # that one batch write takes
TRIES = 5  # of the items that a batch write did not take
_SENT = {"period": attribute("sent"), "entry": attribute("until")}


class DynamoDBDigestBook:
    """An item for each outcome by the hour in which it was announced, and one for the mails of a minute."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def count_mails(self, count: int, *, at: datetime) -> int:
        """Add to the minute's counter."""
        values = {":count": count, ":expires": int((at + KEEP).timestamp())}
        with translated("count mails"):
            item = self._client.update_item(
                TableName=self._table,
                Key={"period": attribute(f"{at:%Y-%m-%dT%H:%M}"), "entry": attribute("mails")},
                UpdateExpression="SET expires_at = :expires ADD mails :count",
                ExpressionAttributeValues={name: attribute(value) for name, value in values.items()},
                ReturnValues="UPDATED_NEW",
            )["Attributes"]
        return int(item["mails"]["N"]) - count

    def note(self, entries: Sequence[Entry], *, at: datetime) -> None:
        """Write each entry under its id, over itself if it is there."""
        more = {"period": _period(at), "expires_at": int((at + KEEP).timestamp())}
        items = {entry.id: asdict(entry) | more | {"entry": entry.id} for entry in entries}
        requests = [
            {"PutRequest": {"Item": {name: attribute(value) for name, value in item.items()}}}
            for item in items.values()
        ]
        for start in range(0, len(requests), CALL_ITEMS):
            self._write(requests[start : start + CALL_ITEMS])

    def entries(self, hour: datetime) -> Iterator[Sequence[Entry]]:
        """Yield the entries of an hour, a page at a time."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="#period = :period",
            ExpressionAttributeNames={"#period": "period"},
            ExpressionAttributeValues={":period": attribute(_period(hour))},
        )
        with translated("read what the digest counts"):
            for page in pages:
                yield [_entry(item) for item in page["Items"]]

    def sent_until(self) -> datetime | None:
        """Read how far digests have come."""
        with translated("read how far digests have come"):
            item = self._client.get_item(TableName=self._table, Key=_SENT, ConsistentRead=True).get("Item")
        return datetime.fromisoformat(item["moment"]["S"]) if item else None

    def sent(self, until: datetime) -> None:
        """Write how far digests have come."""
        with translated("write how far digests have come"):
            self._client.put_item(
                TableName=self._table, Item=_SENT | {"moment": attribute(until.isoformat())}
            )

    def _write(self, requests: list[Any]) -> None:
        for _ in range(TRIES):
            with translated("note outcomes for the digest"):
                answer = self._client.batch_write_item(RequestItems={self._table: requests})
            requests = answer.get("UnprocessedItems", {}).get(self._table, [])
            if not requests:
                return
        raise ServiceBusyError(f"cannot note {len(requests)} outcomes for the digest")


def _period(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H}"


def _entry(item: Any) -> Entry:
    values = {field.name: item[field.name] for field in fields(Entry)}
    return Entry(**{name: value.get("S", value.get("BOOL")) for name, value in values.items()})
