"""The catalogue on Amazon DynamoDB, as the sweep goes through it."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sluice.aws.catalogue_table import CatalogueTable
from sluice.aws.errors import translated
from sluice.aws.register import OUTCOMES, DynamoDBRegister, known_from
from sluice.files import File, name_of
from sluice.outcomes import UNFINISHED
from sluice.recovery.ports import Known
from sluice.recovery.sweep_ports import Recorded

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PAGE = 500  # items that one look at the catalogue evaluates
_VERSION = ("file_id", "bucket", "key", "version_id", "etag", "size", "sequencer")
_FILE = (*_VERSION, "upload_timestamp", "correlation_id")
_STATE = ("status", "attempt", "lane", "processor", "claimed_until", "losses", "deleted_at")


class DynamoDBInventory:
    """Goes through unfinished files by index, and through settled ones by segments of the table."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table
        self._items = CatalogueTable(client, table)
        self._register = DynamoDBRegister(client, table)

    def of_key(self, key: str) -> list[Recorded]:
        """Look the key's name up by index, and the files as they are now."""
        ids = self._items.file_ids(
            "by-name", "file_name = :name", {":name": name_of(key)}, action="look a key up"
        )
        wanted = (*_FILE, "results", "deleted_at", "delete_marker")
        return [_recorded(item) for item in self._items.items(ids, wanted) if item["key"]["S"] == key]

    def unfinished(self, *, before: datetime) -> Iterator[tuple[File, Known, str]]:
        """Yield files whose claim expired; the index names them, the table says how they are now."""
        for status in sorted(UNFINISHED):
            ids = self._items.file_ids(
                "by-status", "#status = :status", {":status": status}, action="list unfinished files"
            )
            for item in self._items.items(ids, _FILE + _STATE):
                state = known_from(item)
                if state.is_unfinished and state.claimed_until and state.claimed_until <= before:
                    yield file_from(item), state, item.get("processor", {}).get("S", "")

    def unannounced(self, *, before: datetime) -> int:
        """Count by the index."""
        return sum(1 for _ in self._register.unannounced(before))

    def settled(
        self, prefix: str, segment: int, segments: int, token: Mapping[str, Any] | None
    ) -> tuple[list[File], Mapping[str, Any] | None]:
        """Return one page of a segment."""
        names = {f"#{name}": name for name in (*_FILE, "status")}
        request: Any = {
            "TableName": self._table,
            "Segment": segment,
            "TotalSegments": segments,
            "Limit": PAGE,
            "ProjectionExpression": ", ".join(names),
            "FilterExpression": "attribute_not_exists(deleted_at) AND #status IN (:s0, :s1, :s2, :s3) "
            "AND begins_with(#key, :prefix)",
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": {
                ":prefix": {"S": prefix},
                **{f":s{number}": {"S": status} for number, status in enumerate(OUTCOMES)},
            },
        }
        if not prefix:  # an expression may not hold an empty text
            request["FilterExpression"] = request["FilterExpression"].removesuffix(
                " AND begins_with(#key, :prefix)"
            )
            del request["ExpressionAttributeValues"][":prefix"]
        with translated("go through the catalogue"):
            page = self._client.scan(**request | ({"ExclusiveStartKey": dict(token)} if token else {}))
        return [file_from(item) for item in page["Items"]], page.get("LastEvaluatedKey")

    def mark_deleted(self, file_id: str, *, at: datetime, how: str, marker: str = "") -> bool:
        """Mark the file; the first mark stays."""
        values = {":at": at.isoformat(), ":how": how, ":marker": marker, ":one": 1}
        return self._items.update_if(
            file_id,
            "SET deleted_at = if_not_exists(deleted_at, :at), deletion = :how, delete_marker = :marker "
            "ADD state_version :one",
            "attribute_exists(file_id)",
            values,
        )

    def restore(self, file_id: str) -> None:
        """Remove the mark."""
        self._items.update_if(
            file_id,
            "REMOVE deleted_at, deletion, delete_marker ADD state_version :one",
            "attribute_exists(deleted_at)",
            {":one": 1},
        )


def _recorded(item: Mapping[str, Any]) -> Recorded:
    return Recorded(
        file_from(item),
        results=tuple(each["S"] for each in item.get("results", {}).get("L", ())),
        is_deleted="deleted_at" in item,
        delete_marker=item.get("delete_marker", {}).get("S", ""),
    )


def file_from(item: Mapping[str, Any]) -> File:
    """Read the typed attributes of an item as the file that arrived."""
    return File(
        bucket=item["bucket"]["S"],
        key=item["key"]["S"],
        version_id=item["version_id"]["S"] or None,
        etag=item["etag"]["S"],
        size=int(item["size"]["N"]),
        sequencer=item["sequencer"]["S"],
        uploaded_at=datetime.fromisoformat(item["upload_timestamp"]["S"]),
        correlation_id=item["correlation_id"]["S"],
    )
