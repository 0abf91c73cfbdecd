"""What webhooks need from outside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sluice.ports.queues import Message
from sluice.webhooks.records import Attempt, Delivery, Keyring, Webhook


@dataclass(frozen=True, slots=True)
class Answer:
    """What a target answered."""

    status: int
    retry_after: str | None = None
    text: str = ""
    """The beginning of the body, printable."""

    @property
    def reason(self) -> str:
        """What the log keeps of it."""
        return self.text


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """Why there was no answer, in a sentence."""

    reason: str
    status: None = None
    retry_after: None = None


class Transport(Protocol):
    """The way to a target."""

    def post(self, url: str, headers: Mapping[str, str], body: str) -> Answer | NoAnswer:
        """Send one request; whatever a target does, this ends within its time limit and never raises."""
        ...


class Registry(Protocol):
    """The webhooks."""

    def all(self) -> Sequence[Webhook]:
        """Return every webhook, the oldest first."""
        ...

    def recent(self) -> Sequence[Webhook]:
        """Return every webhook, from what was read at most 30 s ago."""
        ...

    def get(self, webhook_id: str) -> Webhook | None:
        """Return one webhook as it is now."""
        ...

    def put(self, webhook: Webhook, *, over: int | None) -> bool:
        """Write a webhook over the version *over*, or as a new one; False if that is not what is there."""
        ...

    def remove(self, webhook_id: str, *, over: int) -> bool:
        """Forget a webhook of the version *over*; False if that is not what is there."""
        ...


class Secrets(Protocol):
    """The secrets of the webhooks."""

    def get(self, webhook: Webhook) -> Keyring:
        """Return the secrets of this version of the webhook's secret."""
        ...

    def put(self, webhook_id: str, keyring: Keyring) -> int:
        """Keep new secrets of a webhook beside its earlier ones; return their version."""
        ...

    def remove(self, webhook_id: str) -> None:
        """Forget the secrets of a webhook, if there are any."""
        ...


class Log(Protocol):
    """What was delivered, for some weeks."""

    def begin(self, delivery: Delivery) -> None:
        """Keep the message, so that it can be sent again."""
        ...

    def add(self, attempt: Attempt) -> None:
        """Keep what came of an attempt."""
        ...

    def attempts(self, webhook_id: str, *, limit: int, before: datetime | None = None) -> Sequence[Attempt]:
        """Return the newest attempts of a webhook, those from before a moment, the newest first."""
        ...

    def message(self, webhook_id: str, event_id: str) -> Delivery | None:
        """Return a message as it was first sent."""
        ...


class Queue(Protocol):
    """Where deliveries wait."""

    def send(self, deliveries: Sequence[Delivery], *, wait: int = 0) -> set[int]:
        """Put deliveries on the queue, to be received after *wait* seconds; return the indexes not taken."""
        ...

    def hide(self, message: Message, *, seconds: int) -> None:
        """Keep a message from being received again for some seconds."""
        ...

    def bury(self, body: str, *, reason: str) -> None:
        """Put a message with the dead letters."""
        ...
