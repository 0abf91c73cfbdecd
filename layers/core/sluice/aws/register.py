"""The catalogue on Amazon DynamoDB, as recovery reads and changes it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from sluice.aws.errors import code_of, translated
from sluice.aws.items import attribute
from sluice.errors import ServiceBusyError
from sluice.outcomes import Status
from sluice.recovery.ports import Known

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

LARGEST_BATCH = 100  # keys that BatchGetItem takes
UNANNOUNCED_INDEX = "by-unannounced"
OUTCOMES = (Status.SUCCESS, Status.ERROR, Status.FAILED, Status.SKIPPED)
ROUNDS = 8  # of asking again for what BatchGetItem left out
_STATE = ("file_id", "status", "attempt", "lane", "claimed_until", "losses", "deleted_at")
_UNFINISHED = {":claimed": Status.CLAIMED, ":processing": Status.PROCESSING}


class DynamoDBRegister:
    """Reads states consistently; changes them under the conditions of the catalogue."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def known(self, file_ids: Sequence[str]) -> Mapping[str, Known]:
        """Return what is known of each file."""
        found: dict[str, Known] = {}
        for start in range(0, len(file_ids), LARGEST_BATCH):
            for item in self.items(file_ids[start : start + LARGEST_BATCH]):
                found[item["file_id"]["S"]] = known_from(item)
        return found

    def free(self, file_id: str, attempt: int, *, lost: bool) -> bool:
        """Let a claim expire; the condition keeps the same event from being counted twice."""
        return self.update_if(
            file_id,
            "SET claimed_until = :past ADD losses :lost",
            "attempt = :attempt AND #status IN (:claimed, :processing) AND claimed_until > :past",
            {":past": 0, ":lost": int(lost), ":attempt": attempt} | _UNFINISHED,
        )

    def reopen(
        self, file_id: str, attempt: int, *, of: Collection[str] = (Status.FAILED,), by: str = ""
    ) -> bool:
        """Take the outcome back; the higher attempt keeps whoever recorded it from doing so again."""
        return self.update_if(
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
            pages = self._client.get_paginator("query").paginate(
                TableName=self._table,
                IndexName=UNANNOUNCED_INDEX,
                KeyConditionExpression="unannounced = :status AND processed_timestamp < :before",
                ExpressionAttributeValues={":status": {"S": status}, ":before": {"S": before.isoformat()}},
            )
            with translated("list unannounced outcomes"):
                for page in pages:
                    yield from (item["file_id"]["S"] for item in page["Items"])

    def _touch(self, file_id: str, moment: datetime) -> bool:
        values = {":now": moment.isoformat()}
        return self.update_if(
            file_id, "SET announced_again_at = :now", "attribute_exists(unannounced)", values
        )

    def items(self, file_ids: Sequence[str], attributes: Sequence[str] = _STATE) -> Iterator[dict[str, Any]]:
        """Yield the items of at most LARGEST_BATCH files, read consistently."""
        names = {f"#{name}": name for name in attributes}
        wanted: Any = {
            self._table: {
                "Keys": [{"file_id": {"S": file_id}} for file_id in dict.fromkeys(file_ids)],
                "ConsistentRead": True,
                "ProjectionExpression": ", ".join(names),
                "ExpressionAttributeNames": names,
            }
        }
        for _ in range(ROUNDS):
            with translated("read the catalogue"):
                answer = self._client.batch_get_item(RequestItems=wanted)
            yield from answer["Responses"].get(self._table, [])
            wanted = answer.get("UnprocessedKeys")
            if not wanted:
                return
        raise ServiceBusyError("cannot read the catalogue: it keeps leaving keys out")

    def update_if(self, file_id: str, update: str, condition: str, values: Mapping[str, Any]) -> bool:
        """Change an item under a condition; False if it does not hold."""
        names: Any = {"#status": "status"} if "#status" in update + condition else {}
        try:
            with translated("write to the catalogue"):
                self._client.update_item(
                    TableName=self._table,
                    Key={"file_id": {"S": file_id}},
                    UpdateExpression=update,
                    ConditionExpression=condition,
                    **({"ExpressionAttributeNames": names} if names else {}),
                    ExpressionAttributeValues={name: attribute(value) for name, value in values.items()},
                )
        except ClientError as error:
            if code_of(error) == "ConditionalCheckFailedException":
                return False
            raise
        return True


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
