"""Arrivals, failed files and dead letters on Amazon SQS, as recovery fills them."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sluice.arrivals import write_arrival
from sluice.aws.batching import batched
from sluice.aws.errors import translated
from sluice.aws.sqs import REASON_CHARACTERS, printable
from sluice.batches import Task
from sluice.errors import ServiceBusyError
from sluice.files import File
from sluice.ports.queues import Message

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

LARGEST_BATCH = 10  # messages, of 1 MiB together; a key has 1 KiB at most
DELAY = 2  # seconds; by then the claim is free, or dispatch would look again only after half a minute
ANY_LANE = "other"  # dispatch forwards what is in the wrong lane


class SQSArrivals:
    """Knows each lane's arrivals queue by URL."""

    def __init__(self, client: "SQSClient", queues: Mapping[str, str]) -> None:
        self._client = client
        self._queues = queues

    def put_back(self, files: Iterable[tuple[File, str]], *, reason: str) -> None:
        """Announce each file on its lane; a lane that is no more is left to dispatch."""
        now = datetime.now(UTC)
        by_queue: dict[str, list[str]] = {}
        for file, lane in files:
            url = self._queues[lane if lane in self._queues else ANY_LANE]
            by_queue.setdefault(url, []).append(write_arrival(file, reason=reason, at=now))
        for url, bodies in by_queue.items():
            for some in batched(bodies, LARGEST_BATCH):
                self._send(url, some)

    def _send(self, url: str, bodies: list[str]) -> None:
        entries: Any = [
            {"Id": str(n), "MessageBody": body, "DelaySeconds": DELAY} for n, body in enumerate(bodies)
        ]
        with translated("announce files again"):
            answer = self._client.send_message_batch(QueueUrl=url, Entries=entries)
        if refused := answer.get("Failed"):
            raise ServiceBusyError(f"cannot announce {len(refused)} files again: {refused[0]['Code']}")


class SQSFailedFiles:
    """The failed-files queue."""

    def __init__(self, client: "SQSClient", url: str) -> None:
        self._client = client
        self._url = url

    def keep(self, task: Task, *, processor: str, error: str, cause: str) -> None:
        """Send what the state machine's own task sends."""
        facts = {"file_id": task.file.file_id, "attempt": task.attempt, "processor": processor}
        body = task.file.to_json() | facts | {"error": error, "cause": cause}
        with translated("keep a file for replay"):
            self._client.send_message(QueueUrl=self._url, MessageBody=json.dumps(body))


class SQSDeadLetters:
    """One queue of dead letters."""

    def __init__(self, client: "SQSClient", url: str) -> None:
        self._client = client
        self._url = url

    def bury(self, message: Message, *, reason: str) -> None:
        """Put the message there; its attribute `reason` says why."""
        text = printable(reason)[:REASON_CHARACTERS]
        with translated("bury a message"):
            self._client.send_message(
                QueueUrl=self._url,
                MessageBody=message.body,
                MessageAttributes={"reason": {"DataType": "String", "StringValue": text}},
            )
