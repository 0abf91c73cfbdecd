"""A reference: one version of a rule or of a contract, which never changes."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Reference:
    """Names one version; executions carry references, so that a later change does not touch what runs."""

    id: str
    version: int

    def to_json(self) -> dict[str, Any]:
        """Return the form in which a reference travels and is stored."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote."""
        return cls(str(data["id"]), int(data["version"]))
