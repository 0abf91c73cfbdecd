"""
What other systems are told of an outcome, on the event bus and by webhooks.

The JSON Schemas of the events are in docs/schemas/events.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sluice.announcing.announcements import Announcement
from sluice.outcomes import Status

SCHEMA_VERSION = 1
RESULTS_LISTED = 50
CHANGES_LISTED = 50
MESSAGE_CHARACTERS = 1000


class EventType(StrEnum):
    """The events, by the name that they have everywhere."""

    FILE_PROCESSED = "FileProcessed"
    FILE_REJECTED = "FileRejected"
    FILE_FAILED = "FileFailed"
    FILE_SKIPPED = "FileSkipped"
    PROFILE_CHANGED = "ProfileChanged"


_TYPES = {
    Status.SUCCESS: EventType.FILE_PROCESSED,
    Status.ERROR: EventType.FILE_REJECTED,
    Status.FAILED: EventType.FILE_FAILED,
    Status.SKIPPED: EventType.FILE_SKIPPED,
}


@dataclass(frozen=True, slots=True)
class OutcomeEvent:
    """One event; its detail is JSON-ready."""

    type: EventType
    detail: Mapping[str, Any]

    @property
    def id(self) -> str:
        """The same for every delivery of the event: receivers deduplicate by it."""
        return str(self.detail["id"])

    def body(self, limit: int) -> str:
        """
        Return the detail as JSON of at most *limit* bytes of UTF-8.

        Where it would be longer, lists of keys and changes are cut, `result_count` and `change_count`
        still say how many there are. What remains is below 20 kB, whatever the key.
        """
        detail = dict(self.detail)
        while len(body := _json(detail).encode()) > limit:
            cut = [name for name in ("results", "changes") if detail.get(name)]
            if not cut:
                raise ValueError(f"an event of {len(body)} bytes cannot be cut to {limit}")
            detail |= {name: detail[name][: len(detail[name]) // 2] for name in cut}
        return body.decode()


def events_of(announcement: Announcement) -> Iterator[OutcomeEvent]:
    """Yield the event of an outcome, and ProfileChanged where its profile differs from the previous one."""
    facts = _facts(announcement)
    kind = _TYPES[Status(announcement.status)]
    outcome = {
        "status": announcement.status,
        "error_message": _shortened(announcement.error_message),
        "verdict": announcement.verdict or None,
        "breach_count": announcement.breach_count,
        "results": list(announcement.results[:RESULTS_LISTED]),
        "result_count": len(announcement.results),
    }
    yield OutcomeEvent(kind, {"id": announcement.id, "type": kind} | facts | outcome)
    if changes := announcement.profile_changes:
        kind = EventType.PROFILE_CHANGED
        listed = {"changes": [*changes[:CHANGES_LISTED]], "change_count": len(changes)}
        yield OutcomeEvent(kind, {"id": f"{announcement.id}_profile", "type": kind} | facts | listed)


def all_events(announcements: Sequence[Announcement]) -> list[tuple[Announcement, OutcomeEvent]]:
    """Return each event with the announcement that it comes from."""
    return [(announcement, event) for announcement in announcements for event in events_of(announcement)]


def _facts(announcement: Announcement) -> dict[str, Any]:
    return {
        "schema_version": SCHEMA_VERSION,
        "occurred_at": announcement.processed_timestamp or None,
        "correlation_id": announcement.correlation_id,
        "state_version": announcement.state_version,
        "file": {
            "file_id": announcement.file_id,
            "bucket": announcement.bucket,
            "key": announcement.key,
            "version_id": announcement.version_id or None,
            "size": announcement.size,
            "uploaded_at": announcement.upload_timestamp or None,
        },
        "processor": announcement.processor or None,
        "lane": announcement.lane or None,
        "rule": _reference(announcement.rule),
        "contract": _reference(announcement.contract),
    }


def _reference(value: Mapping[str, Any]) -> dict[str, Any] | None:
    return {"id": str(value["id"]), "version": int(value["version"])} if value else None


def _shortened(message: str | None) -> str | None:
    if message is None or len(message) <= MESSAGE_CHARACTERS:
        return message
    return message[: MESSAGE_CHARACTERS - 1] + "…"


def _json(detail: Mapping[str, Any]) -> str:
    return json.dumps(detail, ensure_ascii=False, separators=(",", ":"))
