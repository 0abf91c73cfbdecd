"""Take the messages of one receive, each for itself."""

from collections.abc import Callable, Iterable

from sluice.arrivals import Unreadable
from sluice.ports.journal import Journal
from sluice.ports.queues import Message
from sluice.recovery.ports import DeadLetters


def each_taken(
    messages: Iterable[Message], take: Callable[[Message], None], journal: Journal, *, failure: str
) -> list[str]:
    """Take each message; return the ids of those that must be received again, noted as *failure*."""
    again: list[str] = []
    for message in messages:
        try:
            take(message)
        except Exception:  # noqa: BLE001  one message must not lose the others of its receive
            journal.failed(failure, {"message_id": message.message_id})
            again.append(message.message_id)
    return again


def bury(message: Message, why: Unreadable, dead_letters: DeadLetters, journal: Journal) -> None:
    """Put a message that nobody can read with the dead letters."""
    dead_letters.bury(message, reason=why.reason)
    journal.noted("message buried", {"message_id": message.message_id, "reason": why.reason})
