"""What is written into an item of the catalogue when a file is claimed, and when it has its outcome."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sluice.aws.items import attribute
from sluice.files import File
from sluice.outcomes import UNFINISHED, Outcome, Status


def claim_update(file: File, claim: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Return the update that claims *file* if nobody has, or if the claim of who has is past or dead."""
    facts: dict[str, Any] = {
        "file_name": file.name, "bucket": file.bucket, "key": file.key, "version_id": file.version_id or "",
        "etag": file.etag, "size": file.size, "sequencer": file.sequencer,
        "upload_timestamp": file.uploaded_at.isoformat(), "correlation_id": file.correlation_id,
        "status": Status.CLAIMED, "claimed_at": now.isoformat(), "begun_times": 0,
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
