"""The catalogue on Amazon DynamoDB."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from sluice.announcing.announcements import Announcement
from sluice.aws.catalogue_table import IS_UNFINISHED, UNFINISHED_VALUES, CatalogueTable
from sluice.aws.catalogue_updates import claim_update, outcome_attributes
from sluice.aws.errors import refusal_of
from sluice.batches import Task
from sluice.files import File
from sluice.moments import to_microseconds
from sluice.outcomes import UNFINISHED, Outcome, Status
from sluice.ports.catalogue import Claimed, Held, Settled, SlotSpent, Standing, TriesSpent
from sluice.rules.rule import Rule

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_IS_OURS = f"attempt = :attempt AND {IS_UNFINISHED}"
UNFINISHED_INDEX = "unfinished"
_STANDING = ("file_id", "status", "attempt", "claimed_until", "message_id", "spent_slot")
_ZERO = {"N": "0"}


class DynamoDBCatalogue:
    """Each change of state is one conditional write, fenced by the attempt number."""

    def __init__(self, client: "DynamoDBClient", table: str, *, keep: timedelta | None = None) -> None:
        self._client = client
        self._table = table
        self._items = CatalogueTable(client, table)
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
        request = claim_update(file, claim, datetime.now(UTC))
        try:
            answer = self._items.update(
                file.file_id, action="claim a file", **request, ReturnValues="ALL_NEW"
            )
        except ClientError as error:
            return _seen(refusal_of(error))
        return Claimed(int(answer["Attributes"]["attempt"]["N"]))

    def standing(self, files: Sequence[File]) -> Mapping[str, Standing]:
        """Read the items of the files, as they are now."""
        found = self._items.items([file.file_id for file in files], _STANDING)
        return {item["file_id"]["S"]: _standing(item) for item in found}

    def unfinished(self, lane: str, *, at: datetime) -> frozenset[str]:
        """Query the index of what bears `claimed_until`, which an outcome removes."""
        return frozenset(
            self._items.file_ids(
                UNFINISHED_INDEX,
                "lane = :lane AND claimed_until > :now",
                {":lane": lane, ":now": int(at.timestamp())},
                action="count unfinished files",
            )
        )

    def release(self, task: Task) -> None:
        """Let the claim expire now."""
        self._items.update_if(
            task.file.file_id,
            "SET claimed_until = :now",
            _IS_OURS,
            {":now": 0, ":attempt": task.attempt} | UNFINISHED_VALUES,
        )

    def begin(
        self, task: Task, *, until: datetime, slot: int | None = None, most: int | None = None
    ) -> bool | SlotSpent | TriesSpent:
        """Mark the file as being processed; also again after a crash of the same attempt, in a later slot."""
        values = {":until": int(until.timestamp()), ":one": 1, ":attempt": task.attempt} | UNFINISHED_VALUES
        values[":begun"] = to_microseconds(datetime.now(UTC))
        update = "SET #status = :processing, claimed_until = :until, begun_at = :begun"
        condition = _IS_OURS
        if slot is not None:
            values[":slot"] = slot
            update += ", spent_slot = :slot"
            condition += " AND (attribute_not_exists(spent_slot) OR spent_slot < :slot)"
        if most is not None:
            values[":most"] = most
            condition += " AND (attribute_not_exists(begun_times) OR begun_times < :most)"
        update += " ADD state_version :one, begun_times :one"
        refused = self._items.refused(task.file.file_id, update, condition, values, see=True)
        return True if refused is None else _unbegun(refused, task, most)

    def excuse(self, task: Task) -> None:
        """Count one begin less; a new claim counts anew in any case."""
        values = {":less": -1, ":attempt": task.attempt} | UNFINISHED_VALUES
        self._items.update_if(task.file.file_id, "ADD begun_times :less", _IS_OURS, values)

    def renew(self, task: Task, *, until: datetime) -> bool:
        """Move the claim's end, and note the slot that the file waits for."""
        values = {":until": int(until.timestamp()), ":attempt": task.attempt} | UNFINISHED_VALUES
        update = "SET claimed_until = :until"
        if task.slot is not None:
            values[":slot"] = task.slot
            update += ", slot = :slot"
        return self._items.update_if(task.file.file_id, update, _IS_OURS, values)

    def record(self, task: Task, outcome: Outcome, *, at: datetime) -> bool:
        """Write the outcome, with the mark that it has yet to be announced."""
        values = outcome_attributes(outcome, at, self._keep)
        sets = ", ".join(f"#a{n} = :a{n}" for n, _ in enumerate(values))
        return self._items.update_if(
            task.file.file_id,
            f"SET #status = :status, {sets} REMOVE claimed_until ADD state_version :one",
            _IS_OURS,
            {f":a{n}": value for n, value in enumerate(values.values())}
            | {":status": outcome.status, ":one": 1, ":attempt": task.attempt}
            | UNFINISHED_VALUES,
            names={f"#a{n}": name for n, name in enumerate(values)},
        )

    def announced(self, announcement: Announcement) -> None:
        """Remove the mark, unless the file has changed since."""
        self._items.update_if(
            announcement.file_id,
            "SET announced_at = :now REMOVE unannounced",
            "state_version = :version",
            {":version": announcement.state_version, ":now": datetime.now(UTC).isoformat()},
        )


def _standing(item: Mapping[str, Any]) -> Standing:
    number = {name: int(float(item.get(name, _ZERO)["N"])) for name in ("attempt", "claimed_until")}
    return Standing(
        status=Status(item["status"]["S"]),
        attempt=number["attempt"],
        claimed_until=datetime.fromtimestamp(number["claimed_until"], UTC),
        message_id=item.get("message_id", {"S": ""})["S"],
        spent_slot=int(item.get("spent_slot", _ZERO)["N"]),
    )


def _unbegun(item: Mapping[str, Any], task: Task, most: int | None) -> bool | SlotSpent | TriesSpent:
    """Read what stands in the catalogue where a file was not begun."""
    if not item or _standing(item).attempt != task.attempt or _standing(item).finished:
        return False
    begun = int(item.get("begun_times", _ZERO)["N"])
    return TriesSpent() if most is not None and begun >= most else SlotSpent()


def _seen(item: Mapping[str, Any]) -> Held | Settled:
    """Read what stands in the catalogue where a claim was refused."""
    if item and item["status"]["S"] not in UNFINISHED:
        return Settled()
    until = float(item.get("claimed_until", {"N": "0"})["N"])
    return Held(datetime.fromtimestamp(until, UTC))
