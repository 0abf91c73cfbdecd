"""The catalogue on Amazon DynamoDB."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from sluice.announcements import Announcement
from sluice.aws.errors import code_of, translated
from sluice.aws.items import attribute
from sluice.batches import Task
from sluice.files import File
from sluice.outcomes import UNFINISHED, Outcome, Status
from sluice.ports import Claimed, Held, Settled

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_IS_OURS = "attempt = :attempt AND #status IN (:claimed, :processing)"
_UNFINISHED = {":claimed": Status.CLAIMED, ":processing": Status.PROCESSING}


class DynamoDBCatalogue:
    """Each change of state is one conditional write, fenced by the attempt number."""

    def __init__(self, client: "DynamoDBClient", table: str, *, keep: timedelta | None = None) -> None:
        self._client = client
        self._table = table
        self._keep = keep

    def claim(self, file: File, *, processor: str, lane: str, until: datetime) -> Claimed | Held | Settled:
        """Take *file*; a claim that has expired by this machine's clock is taken over."""
        request = self._request(file.file_id, **claim_update(file, processor, lane, until, datetime.now(UTC)))
        try:
            with translated("claim a file"):
                item = self._client.update_item(**request, ReturnValues="ALL_NEW")["Attributes"]
        except ClientError as error:
            return _seen(error)
        return Claimed(int(item["attempt"]["N"]))

    def release(self, task: Task) -> None:
        """Let the claim expire now."""
        self._update_if(
            task.file.file_id,
            "SET claimed_until = :now",
            f"{_IS_OURS}",
            {":now": 0, ":attempt": task.attempt} | _UNFINISHED,
        )

    def begin(self, task: Task, *, until: datetime) -> bool:
        """Mark the file as being processed, also again after a crash of the same attempt."""
        return self._update_if(
            task.file.file_id,
            "SET #status = :processing, claimed_until = :until ADD state_version :one",
            _IS_OURS,
            {":until": int(until.timestamp()), ":one": 1, ":attempt": task.attempt} | _UNFINISHED,
        )

    def record(self, task: Task, outcome: Outcome, *, at: datetime) -> bool:
        """Write the outcome, with the mark that it has yet to be announced."""
        values = outcome_attributes(outcome, at, self._keep)
        sets = ", ".join(f"#a{n} = :a{n}" for n, _ in enumerate(values))
        return self._update_if(
            task.file.file_id,
            f"SET #status = :status, {sets} REMOVE claimed_until ADD state_version :one",
            _IS_OURS,
            {f":a{n}": value for n, value in enumerate(values.values())}
            | {":status": outcome.status, ":one": 1, ":attempt": task.attempt}
            | _UNFINISHED,
            {f"#a{n}": name for n, name in enumerate(values)},
        )

    def announced(self, announcement: Announcement) -> None:
        """Remove the mark, unless the file has changed since."""
        self._update_if(
            announcement.file_id,
            "REMOVE unannounced",
            "state_version = :version",
            {":version": announcement.state_version},
        )

    def _update_if(
        self,
        file_id: str,
        update: str,
        condition: str,
        values: Mapping[str, Any],
        names: Mapping[str, str] | None = None,
    ) -> bool:
        names = dict(names or {}) | ({"#status": "status"} if "#status" in update + condition else {})
        request = self._request(
            file_id,
            UpdateExpression=update,
            ConditionExpression=condition,
            ExpressionAttributeValues={name: attribute(value) for name, value in values.items()},
            **({"ExpressionAttributeNames": names} if names else {}),
        )
        try:
            with translated("write to the catalogue"):
                self._client.update_item(**request)
        except ClientError as error:
            if code_of(error) == "ConditionalCheckFailedException":
                return False
            raise
        return True

    def _request(self, file_id: str, **rest: Any) -> dict[str, Any]:
        return {"TableName": self._table, "Key": {"file_id": attribute(file_id)}} | rest


def claim_update(file: File, processor: str, lane: str, until: datetime, now: datetime) -> dict[str, Any]:
    """Return the update that claims *file* if nobody has, or if the claim of who has is past."""
    facts = {
        "file_name": file.name, "bucket": file.bucket, "key": file.key, "version_id": file.version_id or "",
        "etag": file.etag, "size": file.size, "sequencer": file.sequencer,
        "upload_timestamp": file.uploaded_at.isoformat(), "correlation_id": file.correlation_id,
        "processor": processor, "lane": lane, "claimed_until": int(until.timestamp()),
        "status": Status.CLAIMED,
    }  # fmt: skip
    values = {f":{name}": value for name, value in facts.items()} | {":now": int(now.timestamp()), ":one": 1}
    values |= {f":is_{status}": status for status in UNFINISHED}
    return {
        "UpdateExpression": "SET "
        + ", ".join(f"#{name} = :{name}" for name in facts)
        + " ADD attempt :one, state_version :one",
        "ConditionExpression": "attribute_not_exists(file_id) OR "
        "(#status IN (:is_claimed, :is_processing) AND #claimed_until <= :now)",
        "ExpressionAttributeNames": {f"#{name}": name for name in facts},
        "ExpressionAttributeValues": {name: attribute(value) for name, value in values.items()},
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }


def outcome_attributes(outcome: Outcome, at: datetime, keep: timedelta | None) -> dict[str, Any]:
    """Return the attributes that an outcome adds to the item; unset ones are left out."""
    attributes = dict(outcome.facts) | {
        "processed_timestamp": at.isoformat(),
        "results": list(outcome.results),
        "unannounced": outcome.status,
    }
    if outcome.error_message:
        attributes["error_message"] = outcome.error_message
    if keep:
        attributes["expires_at"] = int((at + keep).timestamp())
    return attributes


def _seen(error: ClientError) -> Held | Settled:
    """Read what stands in the catalogue from the answer of a claim that was refused."""
    if code_of(error) != "ConditionalCheckFailedException":
        raise error
    item: Mapping[str, Any] = error.response.get("Item", {})  # type: ignore[assignment]
    if item and item["status"]["S"] not in UNFINISHED:
        return Settled()
    until = float(item.get("claimed_until", {"N": "0"})["N"])
    return Held(datetime.fromtimestamp(until, UTC))
