"""Questions about the files in the catalogue, and their answers page by page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sluice.outcomes import Status

Facts = Mapping[str, Any]
"""An item of the catalogue, JSON-ready."""


class Position(NamedTuple):
    """Where a page ends; the next one begins with what is older."""

    upload_timestamp: str
    file_id: str


@dataclass(frozen=True, slots=True)
class FileQuery:
    """Which files; what is not set does not limit them."""

    status: Status | None = None
    name: str | None = None
    prefix: str = ""
    since: str = ""
    """As `upload_timestamp` is written, inclusive."""
    until: str = "9999"
    """Likewise, inclusive."""

    def admits(self, facts: Facts) -> bool:
        """Tell whether a file is one of those."""
        return (
            self.status in (None, facts.get("status"))
            and self.name in (None, facts.get("file_name"))
            and str(facts.get("key", "")).startswith(self.prefix)
            and self.since <= str(facts.get("upload_timestamp", "")) <= self.until
        )


@dataclass(frozen=True, slots=True)
class FilePage:
    """Some files, newest first; there may be fewer than asked for even where there are more."""

    files: Sequence[Facts]
    next: Position | None
