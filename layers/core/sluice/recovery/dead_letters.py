"""A dead letter: a message that nobody could handle, read for what it was about and why it lies there."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sluice.arrivals import CREATED, Unreadable, read_arrival
from sluice.files import File
from sluice.recovery.deletions import DELETED
from sluice.recovery.executions import STATUS_CHANGE
from sluice.rules.rule import DEFAULT_RULES, rule_for

RECEIVED_TOO_OFTEN = "received too often without being handled"


class Kind(StrEnum):
    """What a dead letter was about; it decides where its replacement goes."""

    ARRIVAL = "arrival"
    DELETION = "deletion"
    EXECUTION = "ended execution"
    FAILED_FILE = "failed file"
    STREAM = "unannounced outcomes"
    """Names places in the catalogue's stream and holds no outcome itself."""
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Letter:
    """One message of a queue of dead letters, held until it is deleted or released."""

    queue: str
    message_id: str
    receipt_handle: str
    body: str
    sent_at: datetime
    attributes: Mapping[str, str] = field(default_factory=dict)
    """Message attributes that are text."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a letter says."""

    kind: Kind
    reason: str
    file: File | None = None
    key: str = ""
    processor: str = ""
    attempt: int = 0
    """Of a failed file: the attempt that failed."""


def read_letter(letter: Letter, *, inbox: str) -> Reading:
    """
    Return what *letter* was about, whichever queue it lies in.

    A letter that EventBridge could not deliver says why in attributes, one of a lane in the attribute
    `reason`, a failed file in its body. Sources: EventBridge user guide, "Using dead-letter queues";
    AWS Lambda developer guide, "Discarded batches" of DynamoDB streams.
    """
    try:
        body = json.loads(letter.body)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        return Reading(Kind.UNREADABLE, _reason(letter, "the message is not a JSON object"))
    if "DDBStreamBatchInfo" in body:
        return Reading(Kind.STREAM, _stream_reason(body))
    if body.get("detail-type") == STATUS_CHANGE:
        return Reading(Kind.EXECUTION, _reason(letter, RECEIVED_TOO_OFTEN))
    if body.get("detail-type") == DELETED:
        return Reading(Kind.DELETION, _reason(letter, RECEIVED_TOO_OFTEN), key=_key(body))
    if body.get("detail-type") == CREATED:
        return _arrival(letter, inbox)
    return _failed_file(letter, body)


def lane_hint(file: File) -> str:
    """Return the lane in which *file* most likely waits; dispatch forwards it where that is wrong."""
    return rule_for(file, DEFAULT_RULES, lambda _: "").lane


def _arrival(letter: Letter, inbox: str) -> Reading:
    file = read_arrival(letter.body, inbox=inbox)
    if isinstance(file, Unreadable):
        return Reading(Kind.UNREADABLE, _reason(letter, file.reason))
    processor = rule_for(file, DEFAULT_RULES, lambda _: "").processor or ""
    return Reading(Kind.ARRIVAL, _reason(letter, RECEIVED_TOO_OFTEN), file, file.key, processor)


def _failed_file(letter: Letter, body: Mapping[str, Any]) -> Reading:
    try:
        file, attempt = File.from_json(body), int(body["attempt"])
        reason = f"{body['error']}: {body.get('cause', '')}".removesuffix(": ")
        return Reading(Kind.FAILED_FILE, reason, file, file.key, str(body.get("processor", "")), attempt)
    except (KeyError, TypeError, ValueError) as error:
        return Reading(Kind.UNREADABLE, _reason(letter, f"the message has an unknown shape: {error!r}"))


def _reason(letter: Letter, otherwise: str) -> str:
    if reason := letter.attributes.get("reason"):
        return reason
    if code := letter.attributes.get("ERROR_CODE"):
        return f"{code}: {letter.attributes.get('ERROR_MESSAGE', '')}".removesuffix(": ")
    return otherwise


def _stream_reason(body: Mapping[str, Any]) -> str:
    context = body.get("requestContext")
    return str(context.get("condition", "")) if isinstance(context, dict) else ""


def _key(body: Mapping[str, Any]) -> str:
    try:
        return str(body["detail"]["object"]["key"])
    except (KeyError, TypeError):
        return ""
