"""The queue of deliveries on Amazon SQS."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sluice.aws.errors import translated
from sluice.aws.sqs import REASON_CHARACTERS, printable
from sluice.ports.queues import Message
from sluice.webhooks.records import Delivery

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

CALL_MESSAGES = 10
CALL_BYTES = 262_144  # of all messages of one call together


class SQSDeliveries:
    """A queue, and the one for what could not be delivered."""

    def __init__(self, client: "SQSClient", queue: str, dead_letters: str) -> None:
        self._client = client
        self._queue = queue
        self._dead_letters = dead_letters

    def send(self, deliveries: Sequence[Delivery], *, wait: int = 0) -> set[int]:
        """Put deliveries on the queue, in as few calls as SQS takes; return the indexes not taken."""
        bodies = [(index, delivery.to_json()) for index, delivery in enumerate(deliveries)]
        return {refused for call in _calls(bodies) for refused in self._send(call, wait)}

    def hide(self, message: Message, *, seconds: int) -> None:
        """Keep a message from being received again for some seconds."""
        with translated("hide a delivery"):
            self._client.change_message_visibility(
                QueueUrl=self._queue, ReceiptHandle=message.receipt_handle, VisibilityTimeout=seconds
            )

    def bury(self, body: str, *, reason: str) -> None:
        """Put a message with the dead letters; its attribute `reason` says why."""
        with translated("bury a delivery"):
            self._client.send_message(
                QueueUrl=self._dead_letters,
                MessageBody=body,
                MessageAttributes={
                    "reason": {"DataType": "String", "StringValue": printable(reason)[:REASON_CHARACTERS]}
                },
            )

    def _send(self, call: Sequence[tuple[int, str]], wait: int) -> set[int]:
        with translated("queue deliveries"):
            answer = self._client.send_message_batch(
                QueueUrl=self._queue,
                Entries=[
                    {"Id": str(index), "MessageBody": body, "DelaySeconds": wait} for index, body in call
                ],
            )
        return {int(failed["Id"]) for failed in answer.get("Failed", ())}


def _calls(bodies: Sequence[tuple[int, str]]) -> Iterator[list[tuple[int, str]]]:
    call: list[tuple[int, str]] = []
    size = 0
    for index, body in bodies:
        if call and (len(call) == CALL_MESSAGES or size + len(body) > CALL_BYTES):
            yield call
            call, size = [], 0
        call.append((index, body))
        size += len(body)  # the JSON of a delivery is ASCII
    if call:
        yield call
