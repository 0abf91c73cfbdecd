"""Read the events by which Amazon S3 announces new objects."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sluice.files import File

CREATED = "Object Created"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A message that announces no file of ours, and why; it belongs with the dead letters."""

    reason: str


def read_arrival(body: str, *, inbox: str) -> File | Unreadable:
    """
    Return the file that an EventBridge event from S3 announces.

    The key is taken verbatim: EventBridge does not encode it, unlike S3's own notifications.
    Source: Amazon S3 user guide, "Using EventBridge", event message structure.
    """
    try:
        event = json.loads(body)
    except ValueError as error:
        return Unreadable(f"the message is not JSON: {error}")
    if not isinstance(event, dict):
        return Unreadable("the message is not a JSON object")
    if event.get("source") != "aws.s3" or event.get("detail-type") != CREATED:
        return Unreadable(f"the message is not an S3 event of type {CREATED!r}")
    try:
        file = _file(event)
    except (KeyError, TypeError, ValueError) as error:
        return Unreadable(f"the S3 event has another shape than expected: {error!r}")
    if file.bucket != inbox:
        return Unreadable(f"the bucket {file.bucket!r} is not the inbox {inbox!r}")
    return file


def write_arrival(file: File, *, reason: str) -> str:
    """
    Return the event that announces *file* again, which `read_arrival` reads as the same file.

    Its id is that of the first arrival, so that one correlation id stays with the file.
    """
    facts = {"key": file.key, "size": file.size, "etag": file.etag, "sequencer": file.sequencer}
    if file.version_id:
        facts["version-id"] = file.version_id
    event = {
        "version": "0",
        "id": file.correlation_id,
        "source": "aws.s3",
        "detail-type": CREATED,
        "time": file.uploaded_at.isoformat(),
        "detail": {"version": "0", "bucket": {"name": file.bucket}, "object": facts, "reason": reason},
    }
    return json.dumps(event)  # in ASCII: SQS refuses characters that keys may have


def _file(event: Mapping[str, Any]) -> File:
    facts = event["detail"]["object"]
    return File(
        bucket=_text(event["detail"]["bucket"]["name"]),
        key=_text(facts["key"]),
        version_id=_version(facts.get("version-id")),
        etag=_text(facts.get("etag", "")),
        size=int(facts["size"]),
        sequencer=_text(facts.get("sequencer", "")),
        uploaded_at=datetime.fromisoformat(event["time"]),
        correlation_id=_text(event["id"]),
    )


def _version(version_id: Any) -> str | None:
    """Return None for the version `null`: a new upload replaces it, as in an unversioned bucket."""
    return None if version_id in (None, "", "null") else _text(version_id)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not text")
    return value
