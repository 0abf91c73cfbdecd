"""The catalogue on Amazon DynamoDB, as recovery reads and changes it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sluice.aws.catalogue_table import IS_UNFINISHED, UNFINISHED_VALUES, CatalogueTable
from sluice.outcomes import Status
from sluice.recovery.ports import Known

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

UNANNOUNCED_INDEX = "by-unannounced"
OUTCOMES = (Status.SUCCESS, Status.ERROR, Status.FAILED, Status.SKIPPED)
_STATE = ("file_id", "status", "attempt", "lane", "claimed_until", "losses", "deleted_at")


class DynamoDBRegister:
    """Reads states consistently; changes them under the conditions of the catalogue."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._name = table
        self._table = CatalogueTable(client, table)

    def known(self, file_ids: Sequence[str]) -> Mapping[str, Known]:
        """Return what is known of each file."""
        return {item["file_id"]["S"]: known_from(item) for item in self._table.items(file_ids, _STATE)}

    def free(self, file_id: str, attempt: int, *, lost: bool) -> bool:
        """Let a claim expire; the condition keeps the same event from being counted twice."""
        return self._table.update_if(
            file_id,
            "SET claimed_until = :past ADD losses :lost",
            f"attempt = :attempt AND {IS_UNFINISHED} AND claimed_until > :past",
            {":past": 0, ":lost": int(lost), ":attempt": attempt} | UNFINISHED_VALUES,
        )

    def reopen(
        self, file_id: str, attempt: int, *, of: Collection[str] = (Status.FAILED,), by: str = ""
    ) -> bool:
        """Take the outcome back; the higher attempt keeps whoever recorded it from doing so again."""
        return self._table.update_if(
            file_id,
            "SET #status = :claimed, claimed_until = :past, losses = :past, "
            "reopened_at = :now, reopened_by = :by "
            "REMOVE unannounced, error_message, processed_timestamp, expires_at "
            "ADD attempt :one, state_version :one, replays :one",
            f"attempt = :attempt AND #status IN ({', '.join(f':of{n}' for n, _ in enumerate(of))})",
            {":past": 0, ":one": 1, ":attempt": attempt, ":claimed": Status.CLAIMED}
            | {":now": datetime.now(UTC).isoformat(), ":by": by}
            | {f":of{n}": status for n, status in enumerate(of)},
        )

    def announce_again(self, *, before: datetime) -> int:
        """Touch each item that bears the mark, which brings its image to the stream once more."""
        return sum(self._touch(file_id, before) for file_id in list(self.unannounced(before)))

    def unannounced(self, before: datetime) -> Iterator[str]:
        """Yield the ids of the files whose outcome from before that moment is unannounced."""
        for status in OUTCOMES:
            yield from self._table.file_ids(
                UNANNOUNCED_INDEX,
                "unannounced = :status AND processed_timestamp < :before",
                {":status": status, ":before": before.isoformat()},
                action="list unannounced outcomes",
            )

    def _touch(self, file_id: str, moment: datetime) -> bool:
        values = {":now": moment.isoformat()}
        return self._table.update_if(
            file_id, "SET announced_again_at = :now", "attribute_exists(unannounced)", values
        )


def known_from(item: Mapping[str, Any]) -> Known:
    """Read the typed attributes of an item."""
    until = item.get("claimed_until", {}).get("N")
    return Known(
        status=item["status"]["S"],
        attempt=int(item["attempt"]["N"]),
        lane=item.get("lane", {}).get("S", ""),
        claimed_until=datetime.fromtimestamp(int(until), UTC) if until else None,
        losses=int(item.get("losses", {}).get("N", 0)),
        deleted="deleted_at" in item,
    )
