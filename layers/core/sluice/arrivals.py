"""Read the events by which Amazon S3 announces new objects."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sluice.files import File

CREATED = "Object Created"
LARGEST_SIZE = 2**63 - 1  # bytes; far above any object, and within what a table keeps exactly


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
    event = read_object(body)
    if isinstance(event, Unreadable):
        return event
    if event.get("source") != "aws.s3" or event.get("detail-type") != CREATED:
        return Unreadable(f"the message is not an S3 event of type {CREATED!r}")
    try:
        file = _file(event)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        return Unreadable(f"the S3 event has another shape than expected: {error!r}")
    if file.bucket != inbox:
        return Unreadable(f"the bucket {file.bucket!r} is not the inbox {inbox!r}")
    return file


def read_object(body: str) -> dict[str, Any] | Unreadable:
    """Return the JSON object that a message holds."""
    try:
        found = json.loads(body)
    except RecursionError:
        return Unreadable("the message is not JSON that can be read: it is nested too deeply")
    except ValueError as error:
        return Unreadable(f"the message is not JSON: {error}")
    return found if isinstance(found, dict) else Unreadable("the message is not a JSON object")


def announced_again(body: str) -> datetime | None:
    """Return the moment at which `write_arrival` announced a file; None for an event of S3."""
    try:
        return read_moment(json.loads(body)["detail"]["announced_at"])
    except (KeyError, TypeError, ValueError):
        return None


def write_arrival(file: File, *, reason: str, at: datetime) -> str:
    """
    Return the event that announces *file* again, which `read_arrival` reads as the same file.

    Its id is that of the first arrival, so that one correlation id stays with the file.
    """
    facts = {"key": file.key, "size": file.size, "etag": file.etag, "sequencer": file.sequencer}
    if file.version_id:
        facts["version-id"] = file.version_id
    again = {"reason": reason, "announced_at": at.isoformat()}
    event = {
        "version": "0",
        "id": file.correlation_id,
        "source": "aws.s3",
        "detail-type": CREATED,
        "time": file.uploaded_at.isoformat(),
        "detail": {"version": "0", "bucket": {"name": file.bucket}, "object": facts} | again,
    }
    return json.dumps(event)  # in ASCII: SQS refuses characters that keys may have


def _file(event: Mapping[str, Any]) -> File:
    facts = event["detail"]["object"]
    return File(
        bucket=read_text(event["detail"]["bucket"]["name"]),
        key=read_text(facts["key"]),
        version_id=_version(facts.get("version-id")),
        etag=read_text(facts.get("etag", "")),
        size=_size(facts["size"]),
        sequencer=read_text(facts.get("sequencer", "")),
        uploaded_at=read_moment(event["time"]),
        correlation_id=read_text(event["id"]),
    )


def _version(version_id: Any) -> str | None:
    """Return None for the version `null`: a new upload replaces it, as in an unversioned bucket."""
    return None if version_id in (None, "", "null") else read_text(version_id)


def _size(value: Any) -> int:
    if not 0 <= (size := int(value)) <= LARGEST_SIZE:
        raise ValueError(f"{size} bytes is the size of no object")
    return size


def read_moment(value: Any) -> datetime:
    """Return the moment that an event names; raise ValueError or TypeError where it names none."""
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError(f"{value!r} has no time zone")
    return moment


def read_text(value: Any) -> str:
    """Return text that every service takes: half a pair of surrogates is none, and raises ValueError."""
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not text")
    value.encode()
    return value
