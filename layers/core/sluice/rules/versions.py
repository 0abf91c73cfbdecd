"""Documents that are kept with all their versions: rules and contracts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sluice.rules.references import Reference


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a document; it never changes, and the next change is the next version."""

    id: str
    version: int
    """Counts from 1; 0 for a default that comes with the code."""
    document: Mapping[str, Any]
    changed_at: datetime | None = None
    """None for a default."""
    source: str = ""
    """Who changed it, as far as the caller said."""
    deleted: bool = False
    """The change was a deletion; the document is the last one."""

    @property
    def reference(self) -> Reference:
        """What names this version."""
        return Reference(self.id, self.version)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a document."""

    path: str
    """Where, as names joined by dots; empty for the whole."""
    message: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The document is not stored, and why."""

    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Stale:
    """Somebody else changed the document first."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A document of this id is there already."""


@dataclass(frozen=True, slots=True)
class Missing:
    """There is no document of this id, or no longer."""
