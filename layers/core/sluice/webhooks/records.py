"""A webhook, what is delivered to it, and what became of that."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Self

from sluice.announcing.outcome_events import EventType, OutcomeEvent

BODY_BYTES = 20_000  # that the standard recommends not to exceed
_ENVELOPE_BYTES = 200  # of the body around the event's detail


@dataclass(frozen=True, slots=True)
class Webhook:
    """Somebody's address that wants to hear of events."""

    id: str
    url: str
    events: tuple[str, ...]
    """Names of the events that it gets, such as `file.rejected`; none stands for all."""
    enabled: bool
    description: str
    created_at: datetime
    version: int
    """Grows with each change; a change names the version that it is made to."""
    secret_version: int = 1
    """Which of the secrets that were kept for it counts; grows with each rotation."""
    disabled_reason: str = ""
    """Why Sluice itself has disabled it."""

    def wants(self, event: str) -> bool:
        """Tell whether the webhook is to get events of this name."""
        return self.enabled and (not self.events or event in self.events)


@dataclass(frozen=True, slots=True)
class Keyring:
    """The secrets that a webhook's messages are signed with."""

    current: str
    previous: str | None = None
    previous_until: datetime | None = None

    def in_force(self, at: datetime) -> tuple[str, ...]:
        """Return the current secret, and the one before it for as long as it still counts."""
        if self.previous and self.previous_until and at < self.previous_until:
            return self.current, self.previous
        return (self.current,)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message for one webhook, as it waits in the queue for its next attempt."""

    webhook_id: str
    event_id: str
    """The header `webhook-id`: the same for every attempt and every webhook."""
    event: str
    body: str
    due_at: datetime
    attempt: int = 1

    def to_json(self) -> str:
        """Return the form in which a delivery waits."""
        return json.dumps(asdict(self) | {"due_at": self.due_at.isoformat()}, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `to_json` wrote; raise ValueError, KeyError or TypeError for anything else."""
        data = json.loads(text)
        known = {name: data[name] for name in cls.__slots__}
        if not all(isinstance(known[name], str) for name in ("webhook_id", "event_id", "event", "body")):
            raise TypeError("a text is none")
        return cls(
            **known | {"due_at": datetime.fromisoformat(data["due_at"]), "attempt": int(data["attempt"])}
        )


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of one attempt to deliver, as the log keeps it."""

    webhook_id: str
    event_id: str
    event: str
    attempt: int
    at: datetime
    result: str
    """`delivered`, `retrying`, `spent` or `gone`."""
    status: int | None
    """What the target answered; None where it did not."""
    reason: str
    """What went wrong, or the beginning of what the target said."""
    milliseconds: int
    next_at: datetime | None = None


def event_name(event: EventType) -> str:
    """Return the name that the standard asks for: FileProcessed is `file.processed`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", ".", event).lower()


EVENT_NAMES = tuple(event_name(event) for event in EventType)
TEST_EVENT = "webhook.test"


def body_of(event: OutcomeEvent) -> str:
    """Return the payload of an outcome's event, at most BODY_BYTES long."""
    detail = event.body(BODY_BYTES - _ENVELOPE_BYTES)
    head = payload(event_name(event.type), event.detail["occurred_at"], {})
    return head.removesuffix("{}}") + detail + "}"


def payload(name: str, timestamp: str | None, data: Mapping[str, Any]) -> str:
    """Return type, timestamp and data as the standard's JSON."""
    return json.dumps({"type": name, "timestamp": timestamp, "data": data}, separators=(",", ":"))
