"""The outcomes topic on Amazon SNS."""

from typing import TYPE_CHECKING, Any

from sluice.announcements import Announcement
from sluice.aws.errors import translated

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient


class SNSTopic:
    """Publishes to one topic."""

    def __init__(self, client: "SNSClient", topic: str) -> None:
        self._client = client
        self._topic = topic

    def announce(self, announcement: Announcement) -> None:
        """Publish text for people, and attributes to filter and deduplicate by."""
        with translated("announce an outcome"):
            self._client.publish(TopicArn=self._topic, **message(announcement))


def message(announcement: Announcement) -> dict[str, Any]:
    """Return subject, text and attributes; (file_id, state_version) is the deduplication id."""
    attributes = {
        "status": announcement.status,
        "processor": announcement.processor or "none",
        "file_id": announcement.file_id,
        "state_version": str(announcement.state_version),
        "correlation_id": announcement.correlation_id,
    }
    return {
        "Subject": announcement.subject,
        "Message": announcement.text,
        "MessageAttributes": {
            name: {"DataType": "String", "StringValue": value} for name, value in attributes.items() if value
        },
    }
