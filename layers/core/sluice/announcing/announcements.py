"""An outcome as the catalogue's stream carries it; mails, events and webhooks are made from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

_LISTS = {"results", "profile_changes"}


@dataclass(frozen=True, slots=True)
class Announcement:
    """
    One outcome, as the catalogue records it.

    What has a default may be missing: the release before recorded less, and a skipped file has no results.
    """

    file_id: str
    state_version: int
    """Grows with every change of the file; tells a late announcement from a newer one."""
    status: str
    file_name: str
    key: str
    processor: str
    """Empty for a skipped file."""
    correlation_id: str
    error_message: str | None = None
    results: tuple[str, ...] = ()
    bucket: str = ""
    version_id: str = ""
    size: int = 0
    """Bytes."""
    lane: str = ""
    upload_timestamp: str = ""
    processed_timestamp: str = ""
    verdict: str = ""
    """What the file's contract says of it; empty without a contract."""
    breach_count: int = 0
    rule: Mapping[str, Any] = field(default_factory=dict)
    contract: Mapping[str, Any] = field(default_factory=dict)
    notifications: Mapping[str, Any] = field(default_factory=dict)
    """What the file's rule says about telling people."""
    profile_changes: tuple[Mapping[str, Any], ...] = ()
    """What differs from the profile of the key's previous version."""

    @property
    def id(self) -> str:
        """The same outcome has the same id, however often it is announced."""
        return f"evt_{self.file_id}_{self.state_version}"

    @property
    def folder(self) -> str:
        """The key up to and with its last slash; empty at the top of the bucket."""
        return self.key[: self.key.rfind("/") + 1]

    @classmethod
    def from_image(cls, image: Mapping[str, Any]) -> Self:
        """Read the typed attributes of a stream record's NewImage."""
        facts: dict[str, Any] = {name: _plain(value) for name, value in image.items() if name in _READ}
        for name in _LISTS & facts.keys():
            facts[name] = tuple(facts[name] or ())
        return cls(**{name: value for name, value in facts.items() if value is not None})


def _plain(attribute: Mapping[str, Any]) -> Any:
    """Turn a typed attribute of DynamoDB into what JSON has; a whole number is an int."""
    ((kind, value),) = attribute.items()
    if kind == "N":
        return int(value) if value.lstrip("-").isdecimal() else float(value)
    if kind == "M":
        return {name: _plain(item) for name, item in value.items()}
    if kind == "L":
        return [_plain(item) for item in value]
    return None if kind == "NULL" else value


_READ = frozenset(Announcement.__slots__)
