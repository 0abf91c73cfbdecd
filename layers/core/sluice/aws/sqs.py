"""The lanes on Amazon SQS."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sluice.aws.errors import translated
from sluice.ports.queues import Message

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

REASON_CHARACTERS = 256
LONGEST_DELAY = 900  # seconds that SQS takes


class SQSLanes:
    """Knows each lane's queues by URL: `arrivals` and `dead_letters`."""

    def __init__(self, client: "SQSClient", lanes: Mapping[str, Mapping[str, str]]) -> None:
        self._client = client
        self._lanes = lanes

    def forward(self, message: Message, *, lane: str, seconds: int = 0) -> None:
        """Put the message on the arrivals queue of a lane, to be received after *seconds*, at most 900."""
        with translated("forward a message"):
            self._client.send_message(
                QueueUrl=self._lanes[lane]["arrivals"],
                MessageBody=message.body,
                DelaySeconds=min(seconds, LONGEST_DELAY),
            )

    def bury(self, message: Message, *, lane: str, reason: str) -> None:
        """Put the message with the lane's dead letters; its attribute `reason` says why."""
        with translated("bury a message"):
            self._client.send_message(
                QueueUrl=self._lanes[lane]["dead_letters"],
                MessageBody=message.body,
                MessageAttributes={
                    "reason": {"DataType": "String", "StringValue": printable(reason)[:REASON_CHARACTERS]}
                },
            )

    def hide(self, message: Message, *, lane: str, seconds: int) -> None:
        """Keep the message from being received again for *seconds*."""
        with translated("hide a message"):
            self._client.change_message_visibility(
                QueueUrl=self._lanes[lane]["arrivals"],
                ReceiptHandle=message.receipt_handle,
                VisibilityTimeout=seconds,
            )


def printable(text: str) -> str:
    """Leave out what SQS refuses in an attribute: control characters, surrogates and non-characters."""
    return "".join(char for char in text if char.isprintable())
