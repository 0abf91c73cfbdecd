"""The outcomes topic on Amazon SNS."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sluice.announcing.digests import Digest
from sluice.announcing.mails import subject, subject_line, text
from sluice.announcing.ports import Publication
from sluice.aws.errors import translated

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

CALL_MESSAGES = 10  # that one call takes


class SNSTopic:
    """Publishes to one topic."""

    def __init__(self, client: "SNSClient", topic: str) -> None:
        self._client = client
        self._topic = topic

    def publish(self, publications: Sequence[Publication]) -> set[str]:
        """Publish text for people, and attributes to filter by; return the ids of what was not taken."""
        refused: set[str] = set()
        for start in range(0, len(publications), CALL_MESSAGES):
            refused |= self._publish(publications[start : start + CALL_MESSAGES])
        return refused

    def send(self, digest: Digest) -> None:
        """Publish a digest, with the status `digest`."""
        line, attributes = subject_line(digest.subject), _attributes({"status": "digest", "mail": "yes"})
        with translated("send a digest"):
            self._client.publish(
                TopicArn=self._topic, Subject=line, Message=digest.text, MessageAttributes=attributes
            )

    def _publish(self, publications: Sequence[Publication]) -> set[str]:
        """Publish what one call takes; a call fails by entry."""
        entries: list[Any] = [{"Id": str(n)} | message(each) for n, each in enumerate(publications)]
        with translated("announce outcomes"):
            answer = self._client.publish_batch(TopicArn=self._topic, PublishBatchRequestEntries=entries)
        return {publications[int(failed["Id"])].announcement.id for failed in answer.get("Failed", ())}


def message(publication: Publication) -> dict[str, Any]:
    """Return subject, text and attributes; the attribute `id` is for deduplication."""
    told = publication.announcement
    attributes = {
        "id": told.id,
        "status": told.status,
        "mail": "yes" if publication.mail else "no",
        "processor": told.processor or "none",
        "lane": told.lane,
        "prefix": told.folder,
        "file_id": told.file_id,
        "state_version": str(told.state_version),
        "correlation_id": told.correlation_id,
    }
    return {
        "Subject": subject(told),
        "Message": text(told, publication.note),
        "MessageAttributes": _attributes(attributes),
    }


def _attributes(values: Mapping[str, str]) -> Any:
    """Leave out what is empty, which SNS refuses."""
    return {name: {"DataType": "String", "StringValue": value} for name, value in values.items() if value}
