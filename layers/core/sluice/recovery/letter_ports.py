"""What a replay needs from outside."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from sluice.recovery.dead_letters import Letter, Mail, Run


class LetterBoxes(Protocol):
    """The queues of dead letters and failed files, by name."""

    @property
    def names(self) -> Sequence[str]:
        """Return the names, in the order in which they are gone through."""
        ...

    def hold(self, queue: str, limit: int) -> list[Letter]:
        """Return up to *limit* letters, which nobody else gets for some minutes."""
        ...

    def hold_each(self, queues: Sequence[str], limit: int) -> Mapping[str, Sequence[Letter]]:
        """Hold up to *limit* letters of each queue; a queue that shows fewer has no more."""
        ...

    def delete(self, letter: Letter) -> None:
        """Delete a letter that is held."""
        ...

    def release(self, letters: Sequence[Letter]) -> None:
        """Let others have those of the letters that were not deleted."""
        ...


class Queues(Protocol):
    """Queues that take messages back as they were."""

    def send(self, queue: str, body: str) -> None:
        """Put a message on the queue of this name."""
        ...


class Audit(Protocol):
    """Who replayed what, when."""

    def record(self, line: Mapping[str, Any], *, at: datetime, by: str) -> None:
        """Keep the record of one replay."""
        ...


class Mails(Protocol):
    """The topic by which people are mailed."""

    def publish(self, mail: Mail) -> None:
        """Publish a mail as it was; returns when the topic has accepted it."""
        ...


class Runs(Protocol):
    """What runs on a schedule, by name."""

    def start(self, run: Run) -> None:
        """Let it run now, once; returns when that is accepted. Raises KeyError for what has no schedule."""
        ...
