"""What becomes of a file: its states, and the one outcome it ends with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Status(StrEnum):
    """The state of a file in the catalogue."""

    CLAIMED = "claimed"
    PROCESSING = "processing"
    SUCCESS = "success"
    ERROR = "error"
    """The file's fault: recorded, not retried."""
    FAILED = "failed"
    """Ours: retried, then kept for replay."""
    SKIPPED = "skipped"
    """A rule says so."""


UNFINISHED = frozenset({Status.CLAIMED, Status.PROCESSING})


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one file ended, with what was found out about it."""

    status: Status
    error_message: str | None = None
    """A plain sentence that says what is wrong, and where."""
    results: tuple[str, ...] = ()
    """Keys in the outbox."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """Attributes of the catalogue item, JSON-ready."""

    @classmethod
    def error(cls, message: str, **facts: Any) -> "Outcome":
        """Return the outcome of a file that cannot be processed through its own fault."""
        return cls(Status.ERROR, error_message=message, facts=facts)
