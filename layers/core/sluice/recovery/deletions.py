"""Read how Amazon S3 tells that an object, or a version of one, was deleted."""

from dataclasses import dataclass
from datetime import datetime

from sluice.arrivals import Unreadable, read_moment, read_object, read_text

DELETED = "Object Deleted"
MARKER_CREATED = "Delete Marker Created"
PERMANENTLY = "Permanently Deleted"


@dataclass(frozen=True, slots=True)
class Deletion:
    """What was deleted, and how."""

    key: str
    version_id: str | None
    """The version that is gone; of a marker, the marker's own; None in an unversioned bucket."""
    how: str
    """MARKER_CREATED hides the newest version and deletes none; PERMANENTLY deletes one for good."""
    sequencer: str
    at: datetime

    @property
    def is_marker(self) -> bool:
        """Tell whether every version is still there, behind a marker."""
        return self.how == MARKER_CREATED


def read_deletion(body: str, *, inbox: str) -> Deletion | Unreadable:
    """
    Return the deletion that an EventBridge event from S3 tells of.

    Its ETag is not that of the object, so a file of an unversioned bucket cannot be told by it.
    Source: Amazon S3 user guide, "EventBridge event message structure", Object Deleted.
    """
    event = read_object(body)
    if isinstance(event, Unreadable):
        return event
    if event.get("detail-type") != DELETED:
        return Unreadable(f"the message is not an S3 event of type {DELETED!r}")
    try:
        detail = event["detail"]
        if (bucket := detail["bucket"]["name"]) != inbox:
            return Unreadable(f"the bucket {bucket!r} is not the inbox {inbox!r}")
        facts = detail["object"]
        version = facts.get("version-id")
        return Deletion(
            key=read_text(facts["key"]),
            version_id=None if version in (None, "", "null") else read_text(version),
            how=read_text(detail["deletion-type"]),
            sequencer=read_text(facts.get("sequencer", "")),
            at=read_moment(event["time"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        return Unreadable(f"the S3 event has another shape than expected: {error!r}")
