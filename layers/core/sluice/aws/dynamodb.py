"""The catalogue on Amazon DynamoDB."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from sluice.announcing.announcements import Announcement
from sluice.aws.errors import code_of, translated
from sluice.aws.items import attribute
from sluice.batches import Task
from sluice.errors import ServiceBusyError
from sluice.files import File
from sluice.moments import to_microseconds
from sluice.outcomes import UNFINISHED, Outcome, Status
from sluice.ports.catalogue import Claimed, Held, Settled, SlotSpent, Standing
from sluice.rules.rule import Rule

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_IS_OURS = "attempt = :attempt AND #status IN (:claimed, :processing)"
UNFINISHED_INDEX = "unfinished"
ROUNDS = 8  # of asking again for what BatchGetItem left out
_STANDING = ("file_id", "status", "attempt", "claimed_until", "message_id", "spent_slot")
_ZERO = {"N": "0"}
_UNFINISHED: dict[str, Any] = {":claimed": Status.CLAIMED, ":processing": Status.PROCESSING}


class DynamoDBCatalogue:
    """Each change of state is one conditional write, fenced by the attempt number."""

    def __init__(self, client: "DynamoDBClient", table: str, *, keep: timedelta | None = None) -> None:
        self._client = client
        self._table = table
        self._keep = keep

    def claim(
        self,
        file: File,
        *,
        processor: str,
        lane: str,
        until: datetime,
        message_id: str = "",
        slot: int | None = None,
        rule: Rule | None = None,
    ) -> Claimed | Held | Settled:
        """Take *file*; a claim that has expired by this machine's clock is taken over."""
        claim: dict[str, Any] = {
            "processor": processor,
            "lane": lane,
            "claimed_until": int(until.timestamp()),
        }
        claim |= {"message_id": message_id} | ({"slot": slot} if slot is not None else {})
        if rule:  # written whole, so that nothing stays of the rule of an earlier claim
            claim |= {"rule": rule.reference.to_json(), "notifications": dict(rule.notifications)}
        request = self._request(file.file_id, **claim_update(file, claim, datetime.now(UTC)))
        try:
            with translated("claim a file"):
                item = self._client.update_item(**request, ReturnValues="ALL_NEW")["Attributes"]
        except ClientError as error:
            return _seen(error)
        return Claimed(int(item["attempt"]["N"]))

    def standing(self, files: Sequence[File]) -> Mapping[str, Standing]:
        """Read the items of the files, as they are now."""
        names = {f"#{name}": name for name in _STANDING}
        wanted: Any = {
            self._table: {
                "Keys": [{"file_id": attribute(one)} for one in {file.file_id for file in files}],
                "ConsistentRead": True,
                "ProjectionExpression": ", ".join(names),
                "ExpressionAttributeNames": names,
            }
        }
        found: list[Mapping[str, Any]] = []
        for _ in range(ROUNDS):
            with translated("read the catalogue"):
                answer = self._client.batch_get_item(RequestItems=wanted)
            found += answer["Responses"].get(self._table, [])
            if not (wanted := answer.get("UnprocessedKeys")):
                return {item["file_id"]["S"]: _standing(item) for item in found}
        raise ServiceBusyError("cannot read the catalogue: it keeps leaving keys out")

    def unfinished(self, lane: str, *, at: datetime) -> frozenset[str]:
        """Query the index of what bears `claimed_until`, which an outcome removes."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            IndexName=UNFINISHED_INDEX,
            KeyConditionExpression="lane = :lane AND claimed_until > :now",
            ExpressionAttributeValues={":lane": attribute(lane), ":now": attribute(int(at.timestamp()))},
        )
        with translated("count unfinished files"):
            return frozenset(item["file_id"]["S"] for page in pages for item in page["Items"])

    def release(self, task: Task) -> None:
        """Let the claim expire now."""
        self._update_if(
            task.file.file_id,
            "SET claimed_until = :now",
            f"{_IS_OURS}",
            {":now": 0, ":attempt": task.attempt} | _UNFINISHED,
        )

    def begin(self, task: Task, *, until: datetime, slot: int | None = None) -> bool | SlotSpent:
        """Mark the file as being processed; also again after a crash of the same attempt, in a later slot."""
        values = {":until": int(until.timestamp()), ":one": 1, ":attempt": task.attempt} | _UNFINISHED
        values[":begun"] = to_microseconds(datetime.now(UTC))
        update = "SET #status = :processing, claimed_until = :until, begun_at = :begun"
        condition = _IS_OURS
        if slot is not None:
            values[":slot"] = slot
            update += ", spent_slot = :slot"
            condition += " AND (attribute_not_exists(spent_slot) OR spent_slot < :slot)"
        refused: dict[str, Any] = {}
        update += " ADD state_version :one"
        if self._update_if(task.file.file_id, update, condition, values, refused=refused):
            return True
        is_ours = refused and _standing(refused).attempt == task.attempt and not _standing(refused).finished
        return SlotSpent() if is_ours else False

    def renew(self, task: Task, *, until: datetime) -> bool:
        """Move the claim's end, and note the slot that the file waits for."""
        values = {":until": int(until.timestamp()), ":attempt": task.attempt} | _UNFINISHED
        update = "SET claimed_until = :until"
        if task.slot is not None:
            values[":slot"] = task.slot
            update += ", slot = :slot"
        return self._update_if(task.file.file_id, update, _IS_OURS, values)

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
            names={f"#a{n}": name for n, name in enumerate(values)},
        )

    def announced(self, announcement: Announcement) -> None:
        """Remove the mark, unless the file has changed since."""
        self._update_if(
            announcement.file_id,
            "SET announced_at = :now REMOVE unannounced",
            "state_version = :version",
            {":version": announcement.state_version, ":now": datetime.now(UTC).isoformat()},
        )

    def _update_if(
        self,
        file_id: str,
        update: str,
        condition: str,
        values: Mapping[str, Any],
        *,
        names: Mapping[str, str] | None = None,
        refused: dict[str, Any] | None = None,
    ) -> bool:
        names = dict(names or {}) | ({"#status": "status"} if "#status" in update + condition else {})
        request = self._request(
            file_id,
            UpdateExpression=update,
            ConditionExpression=condition,
            ExpressionAttributeValues={name: attribute(value) for name, value in values.items()},
            **({"ExpressionAttributeNames": names} if names else {}),
            **({} if refused is None else {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}),
        )
        try:
            with translated("write to the catalogue"):
                self._client.update_item(**request)
        except ClientError as error:
            if code_of(error) != "ConditionalCheckFailedException":
                raise
            if refused is not None:
                answer: Any = error.response
                refused |= answer.get("Item", {})
            return False
        return True

    def _request(self, file_id: str, **rest: Any) -> dict[str, Any]:
        return {"TableName": self._table, "Key": {"file_id": attribute(file_id)}} | rest


def claim_update(file: File, claim: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Return the update that claims *file* if nobody has, or if the claim of who has is past or dead."""
    facts: dict[str, Any] = {
        "file_name": file.name, "bucket": file.bucket, "key": file.key, "version_id": file.version_id or "",
        "etag": file.etag, "size": file.size, "sequencer": file.sequencer,
        "upload_timestamp": file.uploaded_at.isoformat(), "correlation_id": file.correlation_id,
        "status": Status.CLAIMED, "claimed_at": now.isoformat(),
    }  # fmt: skip
    facts |= claim
    values = {f":{name}": value for name, value in facts.items()} | {
        ":now": int(now.timestamp()),
        ":one": 1,
        ":nobody": "",
    }
    values |= {f":is_{status}": status for status in UNFINISHED}
    return {
        "UpdateExpression": "SET "
        + ", ".join(f"#{name} = :{name}" for name in facts)
        + " ADD attempt :one, state_version :one",
        # A claim by the same message is dead: SQS hides a message for longer than its dispatcher can live.
        "ConditionExpression": "attribute_not_exists(file_id) OR "
        "(#status IN (:is_claimed, :is_processing) AND #claimed_until <= :now) OR "
        "(#status = :is_claimed AND #message_id = :message_id AND #message_id <> :nobody)",
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


def _standing(item: Mapping[str, Any]) -> Standing:
    number = {name: int(float(item.get(name, _ZERO)["N"])) for name in ("attempt", "claimed_until")}
    return Standing(
        status=Status(item["status"]["S"]),
        attempt=number["attempt"],
        claimed_until=datetime.fromtimestamp(number["claimed_until"], UTC),
        message_id=item.get("message_id", {"S": ""})["S"],
        spent_slot=int(item.get("spent_slot", _ZERO)["N"]),
    )


def _seen(error: ClientError) -> Held | Settled:
    """Read what stands in the catalogue from the answer of a claim that was refused."""
    if code_of(error) != "ConditionalCheckFailedException":
        raise error
    item: Mapping[str, Any] = error.response.get("Item", {})  # type: ignore[assignment]
    if item and item["status"]["S"] not in UNFINISHED:
        return Settled()
    until = float(item.get("claimed_until", {"N": "0"})["N"])
    return Held(datetime.fromtimestamp(until, UTC))
