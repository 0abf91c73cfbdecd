"""Queues of dead letters on Amazon SQS, and the audit of replays on Amazon DynamoDB."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sluice.aws.arrivals import batched
from sluice.aws.errors import translated
from sluice.aws.items import attribute
from sluice.errors import SluiceError
from sluice.recovery.dead_letters import Letter

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sqs import SQSClient

HOLD = 360  # seconds that a letter is held; longer than the function that holds it may run
MOST_RECEIVED = 10
EMPTY_LOOKS = 2  # in a row; one receive may miss messages that are there


class SQSLetterBoxes:
    """Knows each queue by name and URL."""

    def __init__(self, client: "SQSClient", queues: Mapping[str, str]) -> None:
        self._client = client
        self._queues = queues
        self._deleted: set[str] = set()

    @property
    def names(self) -> Sequence[str]:
        """Return the names of the queues."""
        return tuple(self._queues)

    def hold(self, queue: str, limit: int) -> list[Letter]:
        """Receive until the limit, or until the queue shows nothing more."""
        letters: list[Letter] = []
        empty = 0
        while len(letters) < limit and empty < EMPTY_LOOKS:
            received = self._receive(queue, min(MOST_RECEIVED, limit - len(letters)))
            letters += received
            empty = 0 if received else empty + 1
        return letters

    def delete(self, letter: Letter) -> None:
        """Delete it; a failure leaves a letter that is replayed twice."""
        with translated("delete a dead letter"):
            self._client.delete_message(
                QueueUrl=self._queues[letter.queue], ReceiptHandle=letter.receipt_handle
            )
        self._deleted.add(letter.message_id)

    def release(self, letters: Sequence[Letter]) -> None:
        """Show the letters again at once; those that this fails for come back by themselves after HOLD."""
        left = [letter for letter in letters if letter.message_id not in self._deleted]
        for some in batched(left, MOST_RECEIVED):
            entries: Any = [
                {"Id": str(n), "ReceiptHandle": letter.receipt_handle, "VisibilityTimeout": 0}
                for n, letter in enumerate(some)
            ]
            with suppress(SluiceError), translated("release dead letters"):
                self._client.change_message_visibility_batch(
                    QueueUrl=self._queues[some[0].queue], Entries=entries
                )

    def _receive(self, queue: str, most: int) -> list[Letter]:
        with translated("receive dead letters"):
            answer = self._client.receive_message(
                QueueUrl=self._queues[queue],
                MaxNumberOfMessages=most,
                VisibilityTimeout=HOLD,
                WaitTimeSeconds=1,
                MessageAttributeNames=["All"],
                MessageSystemAttributeNames=["SentTimestamp"],
            )
        return [letter_from(queue, message) for message in answer.get("Messages", ())]


class SQSQueues:
    """Knows queues by name and URL."""

    def __init__(self, client: "SQSClient", queues: Mapping[str, str]) -> None:
        self._client = client
        self._queues = queues

    def send(self, queue: str, body: str) -> None:
        """Put a message on the queue."""
        with translated("send a message again"):
            self._client.send_message(QueueUrl=self._queues[queue], MessageBody=body)


class DynamoDBAudit:
    """One item per replay, by day and moment; forgotten when the catalogue forgets."""

    def __init__(self, client: "DynamoDBClient", table: str, *, keep: timedelta) -> None:
        self._client = client
        self._table = table
        self._keep = keep

    def record(self, line: Mapping[str, Any], *, at: datetime, by: str) -> None:
        """Write the item."""
        item = {name: value for name, value in line.items() if value} | {
            "day": at.strftime("%Y-%m-%d"),
            "moment": f"{at.isoformat()}#{line['message_id']}",
            "by": by or "unknown",
            "expires_at": int((at + self._keep).timestamp()),
        }
        with translated("write to the audit"):
            self._client.put_item(
                TableName=self._table, Item={name: attribute(value) for name, value in item.items()}
            )


def letter_from(queue: str, message: Mapping[str, Any]) -> Letter:
    """Read a received message."""
    attributes = {
        name: value["StringValue"]
        for name, value in message.get("MessageAttributes", {}).items()
        if "StringValue" in value
    }
    sent = int(message.get("Attributes", {}).get("SentTimestamp", 0))
    return Letter(
        queue=queue,
        message_id=message["MessageId"],
        receipt_handle=message["ReceiptHandle"],
        body=message["Body"],
        sent_at=datetime.fromtimestamp(sent / 1000, UTC),
        attributes=attributes,
    )
