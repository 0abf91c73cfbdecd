"""Queues of dead letters on Amazon SQS."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sluice.aws.batching import batched
from sluice.aws.errors import translated
from sluice.errors import SluiceError
from sluice.recovery.dead_letters import Letter

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

HOLD = 360  # seconds that a letter is held; longer than the function that holds it may run
MOST_RECEIVED = 10
WAIT = 1  # seconds; a receive that waits asks every server of a queue, so that none is missed
QUEUES_AT_ONCE = 10  # as many connections as a client keeps


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
        while len(letters) < limit and (
            received := self._receive(queue, min(MOST_RECEIVED, limit - len(letters)))
        ):
            letters += received
        return letters

    def hold_each(self, queues: Sequence[str], limit: int) -> Mapping[str, Sequence[Letter]]:
        """Hold them at the same time, since each empty queue is waited for."""
        with ThreadPoolExecutor(QUEUES_AT_ONCE) as pool:
            return dict(zip(queues, pool.map(lambda queue: self.hold(queue, limit), queues), strict=True))

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
                WaitTimeSeconds=WAIT,
                MessageAttributeNames=["All"],
                MessageSystemAttributeNames=["SentTimestamp"],
            )
        return [letter_from(queue, message) for message in answer.get("Messages", ())]


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
