"""What operators read."""

from collections.abc import Mapping
from typing import Any, Protocol

from sluice.files import File
from sluice.outcomes import Outcome


class Journal(Protocol):
    """What operators read: a log line and a metric per file."""

    def began(self, file: File) -> None:
        """Begin the lines about *file*, under its correlation id."""
        ...

    def ended(self, file: File, outcome: Outcome) -> None:
        """Note the recorded outcome."""
        ...

    def noted(self, message: str, details: Mapping[str, Any]) -> None:
        """Note what an operator should be able to find."""
        ...

    def measured(self, name: str, seconds: float, *, lane: str) -> None:
        """Put a time on the lane's metric."""
        ...

    def failed(self, message: str, details: Mapping[str, Any]) -> None:
        """Note a fault of ours, with the exception being handled."""
        ...

    def counted(self, name: str, number: int) -> None:
        """Add to the metric *name*."""
        ...
