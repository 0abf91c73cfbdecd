"""
Documents with all their versions on Amazon DynamoDB.

One item a version, which is written once, and one pointer, version 0, that holds the newest one. The index
`current` has the pointers of what is not deleted. Both are written in one transaction, so that a pointer
never names a version that is not there.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from sluice.aws.errors import code_of, translated
from sluice.aws.items import attribute
from sluice.rules.references import Reference
from sluice.rules.versions import Stale, Version

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

POINTER = 0
CURRENT = "yes"
HISTORY_LIMIT = 100  # newest versions that `history` returns
_LOST = ("ConditionalCheckFailed", "TransactionConflict")


class DynamoDBVersions:
    """Each change is the next version, on the condition that nobody changed the document meanwhile."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def current(self) -> Sequence[Version]:
        """Return the newest version of every document that is not deleted, ordered by id."""
        with translated(f"list {self._table}"):
            return list(self._current())

    def newest(self, document_id: str) -> Version | None:
        """Return the newest version, also if it is younger than a moment; None if there is none."""
        item = self._item(document_id, POINTER)
        return _version(item) if item and "current" in item else None

    def at(self, reference: Reference) -> Version | None:
        """Return one version, also of a deleted document; None if there is no such version."""
        item = self._item(reference.id, reference.version) if reference.version != POINTER else None
        return _version(item) if item else None

    def history(self, document_id: str) -> Sequence[Version]:
        """Return the newest HISTORY_LIMIT versions, newest first."""
        with translated(f"read {self._table}"):
            page = self._client.query(
                TableName=self._table,
                KeyConditionExpression="id = :id AND version > :pointer",
                ExpressionAttributeValues={":id": attribute(document_id), ":pointer": attribute(POINTER)},
                ScanIndexForward=False,
                Limit=HISTORY_LIMIT,
                ConsistentRead=True,
            )
        return [_version(item) for item in page["Items"]]

    def save(
        self,
        document_id: str,
        document: Mapping[str, Any],
        *,
        expected: int,
        source: str,
        at: datetime,
        deleted: bool = False,
    ) -> Version | Stale:
        """
        Write the next version, if *expected* is the current one; 0 expects that there is none.

        Version numbers go on after a deletion, so that a reference means one document for ever.
        """
        pointer = self._item(document_id, POINTER)
        newest = int(pointer["newest"]["N"]) if pointer else 0
        version = Version(document_id, newest + 1, document, at, source, deleted)
        try:
            with translated(f"write to {self._table}"):
                self._client.transact_write_items(TransactItems=_writes(self._table, version, expected))
        except ClientError as error:
            if code_of(error) == "TransactionCanceledException" and _lost(error):
                return Stale()
            raise
        return version

    def _current(self) -> Iterator[Version]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            IndexName="current",
            KeyConditionExpression="#current = :current",
            ExpressionAttributeNames={"#current": "current"},
            ExpressionAttributeValues={":current": attribute(CURRENT)},
        )
        for page in pages:
            yield from map(_version, page["Items"])

    def _item(self, document_id: str, version: int) -> dict[str, Any] | None:
        key = {"id": attribute(document_id), "version": attribute(version)}
        with translated(f"read {self._table}"):
            return self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item")


def _writes(table: str, version: Version, expected: int) -> list[Any]:
    item = {
        "id": version.id,
        "version": version.version,
        "document": json.dumps(version.document, ensure_ascii=False),
        "changed_at": version.changed_at.isoformat() if version.changed_at else "",
        "source": version.source,
        "deleted": version.deleted,
    }
    pointer = item | {"version": POINTER, "newest": version.version}
    if not version.deleted:
        pointer["current"] = CURRENT
    condition: dict[str, Any] = {
        "ConditionExpression": "attribute_not_exists(id) OR attribute_not_exists(#current)",
        "ExpressionAttributeNames": {"#current": "current"},
    }
    if expected:
        condition |= {
            "ConditionExpression": "attribute_exists(#current) AND newest = :expected",
            "ExpressionAttributeValues": {":expected": attribute(expected)},
        }
    puts: list[dict[str, Any]] = [
        {"Item": item, "ConditionExpression": "attribute_not_exists(id)"},
        {"Item": pointer} | condition,
    ]
    for put in puts:
        put["TableName"] = table
        put["Item"] = {name: attribute(value) for name, value in put["Item"].items()}
    return [{"Put": put} for put in puts]


def _lost(error: ClientError) -> bool:
    reasons: Any = error.response.get("CancellationReasons", [])
    return any(reason.get("Code") in _LOST for reason in reasons)


def _version(item: Mapping[str, Any]) -> Version:
    return Version(
        item["id"]["S"],
        int(item["newest" if "newest" in item else "version"]["N"]),
        json.loads(item["document"]["S"]),
        datetime.fromisoformat(item["changed_at"]["S"]),
        item["source"]["S"],
        item["deleted"]["BOOL"],
    )
