"""Messages, and the queues they wait in."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Message:
    """One message of an arrivals queue."""

    message_id: str
    receipt_handle: str
    body: str
    receives: int = 1
    """How often it was received, this time included."""


class Lanes(Protocol):
    """The arrivals queues and their dead letters."""

    def forward(self, message: Message, *, lane: str, seconds: int = 0) -> None:
        """Put the message on the arrivals queue of a lane, to be received after some seconds."""
        ...

    def bury(self, message: Message, *, lane: str, reason: str) -> None:
        """Put the message with the lane's dead letters, with its reason."""
        ...

    def hide(self, message: Message, *, lane: str, seconds: int) -> None:
        """Keep the message from being received again for some seconds."""
        ...
