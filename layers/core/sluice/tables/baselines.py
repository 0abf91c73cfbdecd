"""The profile that the next delivery of a dataset is compared with."""

from dataclasses import dataclass
from typing import Any

from sluice.tables.profile_changes import Change, Figures
from sluice.tables.records import from_json, to_json

CHANGES_IN_FACTS = 100


@dataclass(frozen=True, slots=True)
class Comparison:
    """
    What changed since the previous profile of *dataset*, a pattern of keys.

    Without *previous_file_id* there was nothing to compare with: the file is the first of its dataset, or it
    is *late*, behind a newer one.
    """

    dataset: str
    previous_file_id: str | None = None
    previous_key: str | None = None
    changes: tuple[Change, ...] = ()
    late: bool = False

    def section(self) -> dict[str, Any]:
        """Return the section `changes` of a summary."""
        document: dict[str, Any] = to_json(self)
        return document

    def facts(self) -> dict[str, Any]:
        """Return the attributes of the catalogue item; the event ProfileChanged is made from them."""
        changes = [dict(change) for change in self.changes[:CHANGES_IN_FACTS]]
        return {"dataset": self.dataset} | ({"profile_changes": changes} if changes else {})


@dataclass(frozen=True, slots=True)
class Baseline:
    """The newest profile of a dataset, with what its comparison found; *uploaded_at* is ISO 8601."""

    file_id: str
    key: str
    uploaded_at: str
    sequencer: str
    figures: Figures
    comparison: Comparison

    def to_json(self) -> dict[str, Any]:
        """Return the baseline as JSON-ready values."""
        document: dict[str, Any] = to_json(self)
        return document

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> "Baseline":
        """Read what to_json wrote, in this or a neighbouring release."""
        return from_json(cls, document)
