"""The paces of lanes on Amazon DynamoDB: one item a lane."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.types import TypeDeserializer
from botocore.exceptions import ClientError

from sluice.aws.errors import refusal_of, translated
from sluice.aws.items import attribute
from sluice.errors import MisconfiguredError
from sluice.pace.pacing import LaneState, Pace

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_FIELDS: Mapping[str, Callable[[Any], Any]] = {
    "rate": float, "burst": int, "horizon_seconds": int, "max_in_flight": int,
    "paused": bool, "strict": bool, "config_version": int,
}  # fmt: skip
_plain = TypeDeserializer().deserialize


class DynamoDBLaneStates:
    """
    Holds what people set, and beside it in `defaults` what the template says; the former counts.

    Only who is given *defaults* (dispatch is) writes them; the others read them there. What people set is
    the whole configuration as it was then, so that a later deployment changes none of it.
    """

    def __init__(
        self, client: "DynamoDBClient", table: str, *, defaults: Mapping[str, Pace] | None = None
    ) -> None:
        self._client = client
        self._table = table
        self._defaults = defaults or {}

    def read(self, lane: str) -> LaneState:
        """Return the lane's state; raise MisconfiguredError for a lane that nobody has given a pace."""
        with translated("read a lane"):
            answer = self._client.get_item(TableName=self._table, Key=_key(lane), ConsistentRead=True)
        return self._state(lane, answer.get("Item", {}))

    def advance(self, seen: LaneState, by: int, *, at_least: int, at_most: int) -> tuple[bool, LaneState]:
        """Move a busy lane on."""
        values = {":by": by, ":least": at_least, ":most": at_most}
        return self._move(seen, "next_at = next_at + :by", "next_at BETWEEN :least AND :most", values)

    def restart(self, seen: LaneState, to: int, *, before: int) -> tuple[bool, LaneState]:
        """Move an idle lane on from now."""
        idle = "(attribute_not_exists(next_at) OR next_at < :before)"
        return self._move(seen, "next_at = :to", idle, {":to": to, ":before": before})

    def change(self, seen: LaneState, to: LaneState) -> bool:
        """Write a new configuration, if nothing was reserved nor changed since *seen*."""
        new: dict[str, Any] = {name: getattr(to.pace, name) for name in _FIELDS} | {"next_at": to.next_at}
        new["overloads_seen"] = to.overloads_seen
        values: dict[str, Any] = {f":new_{name}": value for name, value in new.items()}
        conditions = ["next_at = :seen" if seen.next_at else "attribute_not_exists(next_at)"]
        values |= {":seen": seen.next_at} if seen.next_at else {}
        conditions.append(_same_version(seen, values))
        sets = ", ".join(f"{name} = :new_{name}" for name in new)
        done, _ = self._update(seen.lane, f"SET {sets}", " AND ".join(conditions), values)
        return done

    def overloaded(self, lane: str) -> None:
        """Count an overload."""
        self._update(lane, "ADD overloads :one", "", {":one": 1})

    def _move(
        self, seen: LaneState, update: str, condition: str, values: dict[str, Any]
    ) -> tuple[bool, LaneState]:
        update = f"SET {update}"
        if default := self._defaults.get(seen.lane):
            update += ", defaults = :defaults"
            values[":defaults"] = {name: getattr(default, name) for name in _FIELDS}
        values[":no"] = False
        paused = "(attribute_not_exists(paused) OR paused = :no)"
        condition = f"{condition} AND {paused} AND {_same_version(seen, values)}"
        done, item = self._update(seen.lane, update, condition, values)
        return done, self._state(seen.lane, item)

    def _update(
        self, lane: str, update: str, condition: str, values: Mapping[str, Any]
    ) -> tuple[bool, Mapping[str, Any]]:
        """Return whether the lane's item was updated, and what stands there now."""
        request: dict[str, Any] = {
            "TableName": self._table,
            "Key": _key(lane),
            "UpdateExpression": update,
            "ExpressionAttributeValues": {name: attribute(value) for name, value in values.items()},
            "ReturnValues": "ALL_NEW",
        }
        if condition:
            request |= {"ConditionExpression": condition, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
        try:
            with translated("write a lane"):
                return True, self._client.update_item(**request)["Attributes"]
        except ClientError as error:
            return False, refusal_of(error)

    def _state(self, lane: str, item: Mapping[str, Any]) -> LaneState:
        facts = {name: _plain(value) for name, value in item.items()}
        default = self._defaults.get(lane)
        known = {name: getattr(default, name) for name in _FIELDS} if default else facts.get("defaults", {})
        known = {name: value for name, value in (known | facts).items() if name in _FIELDS}
        if missing := _FIELDS.keys() - known.keys() - {"paused", "strict", "config_version"}:
            raise MisconfiguredError(f"the lane {lane} has no {', '.join(sorted(missing))}")
        pace = Pace(**{name: _FIELDS[name](value) for name, value in known.items()})
        counted = [int(facts.get(name, 0)) for name in ("next_at", "overloads", "overloads_seen")]
        return LaneState(lane, pace, *counted)


def _same_version(seen: LaneState, values: dict[str, Any]) -> str:
    """Return the condition that nobody has changed the configuration, whose value it adds to *values*."""
    if not seen.pace.config_version:
        return "attribute_not_exists(config_version)"
    values[":version"] = seen.pace.config_version
    return "config_version = :version"


def _key(lane: str) -> dict[str, Any]:
    return {"lane": attribute(lane)}
