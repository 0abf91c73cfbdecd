"""Files as the catalogue and the stack describe them; plain values, no AWS in them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sluice.files import File
from sluice.outcomes import UNFINISHED, Status

Facts = dict[str, Any]  # an item of the catalogue, with numbers as int and float

STATUSES = tuple(status.value for status in Status)
OUTCOMES = tuple(status for status in STATUSES if status not in UNFINISHED)


@dataclass(frozen=True)
class Upload:
    """A file that was put: its key, and the version that this made of it."""

    key: str
    version_id: str | None

    @property
    def name(self) -> str:
        """The last part of the key, under which the catalogue indexes it."""
        return self.key.rsplit("/", 1)[-1]

    def is_in(self, facts: Facts) -> bool:
        """Whether these facts are about this version of this key."""
        return facts["key"] == self.key and facts.get("version_id") == self.version_id


def file_of(facts: Facts) -> File:
    """Return the file that an item of the catalogue is about."""
    return File.from_json(facts | {"uploaded_at": facts["upload_timestamp"]})


def has_outcome(facts: Facts | None) -> bool:
    """Whether the file has come to its end."""
    return facts is not None and facts["status"] in OUTCOMES


def newest_first(files: Iterable[Facts]) -> list[Facts]:
    """Sort by time of upload."""
    return sorted(files, key=lambda facts: facts.get("upload_timestamp", ""), reverse=True)


def fact(facts: Facts, path: str) -> Any:
    """Look a fact up by a dotted path; None if it is not there."""
    found: Any = facts
    for name in path.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    return found
