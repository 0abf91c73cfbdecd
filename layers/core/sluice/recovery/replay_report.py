"""What a replay answers: a line for each letter."""

import json
from dataclasses import dataclass, field
from typing import Any

from sluice.recovery.dead_letters import Kind, Letter, Reading

LARGEST_ANSWER = 4_000_000  # characters of JSON; Lambda answers 6 MB at most
EXCERPT = 500  # characters of a letter that nothing can be made of


@dataclass(slots=True)
class Report:
    """Lines, until they are as much as one answer may hold."""

    lines: list[dict[str, Any]] = field(default_factory=list)
    more: list[str] = field(default_factory=list)
    """Queues that were not gone through."""
    size: int = 0
    """Characters of the lines as JSON."""

    @property
    def is_full(self) -> bool:
        """Tell whether no more lines may be added."""
        return self.size > LARGEST_ANSWER

    def add(self, line: dict[str, Any]) -> None:
        """Add a line."""
        self.lines.append(line)
        self.size += len(json.dumps(line))


def line_of(letter: Letter, reading: Reading) -> dict[str, Any]:
    """Say what a letter is about, for a report or the audit; with some of its text where that is all."""
    file = reading.file
    return {
        "queue": letter.queue,
        "message_id": letter.message_id,
        "sent_at": letter.sent_at.isoformat(),
        "kind": str(reading.kind),
        "key": reading.key,
        "about": reading.about,
        "version_id": file.version_id if file else None,
        "file_id": file.file_id if file else None,
        "processor": reading.processor,
        "reason": reading.reason,
    } | ({"body": letter.body[:EXCERPT]} if reading.kind == Kind.UNREADABLE else {})
