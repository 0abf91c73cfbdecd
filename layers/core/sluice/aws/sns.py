"""The outcomes topic on Amazon SNS."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sluice import mails
from sluice.announcements import Announcement
from sluice.aws.errors import translated

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

CALL_MESSAGES = 10  # that one call takes


class SNSTopic:
    """Publishes to one topic."""

    def __init__(self, client: "SNSClient", topic: str) -> None:
        self._client = client
        self._topic = topic

    def announce(self, announcements: Sequence[Announcement]) -> set[str]:
        """Publish text for people, and attributes to filter by; return the ids of what was not taken."""
        refused: set[str] = set()
        for start in range(0, len(announcements), CALL_MESSAGES):
            refused |= self._publish(announcements[start : start + CALL_MESSAGES])
        return refused

    def _publish(self, announcements: Sequence[Announcement]) -> set[str]:
        """Publish what one call takes; a call fails by entry."""
        entries: list[Any] = [{"Id": str(n)} | message(told) for n, told in enumerate(announcements)]
        with translated("announce outcomes"):
            answer = self._client.publish_batch(TopicArn=self._topic, PublishBatchRequestEntries=entries)
        return {announcements[int(failed["Id"])].id for failed in answer.get("Failed", ())}


def message(announcement: Announcement) -> dict[str, Any]:
    """Return subject, text and attributes; the attribute `id` is for deduplication."""
    attributes = {
        "id": announcement.id,
        "status": announcement.status,
        "processor": announcement.processor or "none",
        "lane": announcement.lane,
        "prefix": announcement.folder,
        "file_id": announcement.file_id,
        "state_version": str(announcement.state_version),
        "correlation_id": announcement.correlation_id,
    }
    return {
        "Subject": mails.subject(announcement),
        "Message": mails.text(announcement),
        "MessageAttributes": {
            name: {"DataType": "String", "StringValue": value} for name, value in attributes.items() if value
        },
    }
