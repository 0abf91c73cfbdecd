"""Which dead letters a request for a replay means, and what is to become of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

from sluice.errors import UnexpectedEventError
from sluice.recovery.dead_letters import Letter, Reading

LARGEST_LIMIT = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which letters are meant: those that meet every condition that is set."""

    queues: tuple[str, ...]
    """Names; none stands for all."""
    since: datetime | None = None
    until: datetime | None = None
    prefix: str = ""
    processor: str = ""
    reason: str = ""
    """Found anywhere in the reason, whatever the case."""
    limit: int = 100
    """Letters of each queue."""
    dry_run: bool = True
    discard: bool = False
    """Remove those that nothing can be made of, instead of putting back those of which something can."""
    by: str = ""
    """Who asks, for the audit."""

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read a request; raise UnexpectedEventError unless it names `queues` and only what is known."""
        try:
            moments = {name: _moment(data[name]) for name in ("since", "until") if data.get(name)}
            selection = cls(**dict(data) | {"queues": tuple(data["queues"])} | moments)
            limited = 0 < int(selection.limit) <= LARGEST_LIMIT
        except (KeyError, TypeError, ValueError) as error:
            raise UnexpectedEventError(f"this is not a request for a replay: {error!r}") from error
        if not limited:
            raise UnexpectedEventError(f"limit must be from 1 to {LARGEST_LIMIT}")
        return selection

    def covers(self, letter: Letter, reading: Reading) -> bool:
        """Tell whether *letter* is meant."""
        return (
            (self.since is None or letter.sent_at >= self.since)
            and (self.until is None or letter.sent_at <= self.until)
            and reading.key.startswith(self.prefix)
            and self.processor in ("", reading.processor)
            and self.reason.lower() in reading.reason.lower()
        )


def _moment(text: str) -> datetime:
    """Read a moment; one without a zone is UTC."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
