"""Use case: process a file once more, as if it had arrived again."""

from dataclasses import dataclass
from datetime import datetime

from sluice.catalogue_queries import Facts
from sluice.files import File
from sluice.outcomes import UNFINISHED, Status
from sluice.ports.catalogue_view import CatalogueView
from sluice.ports.journal import Journal
from sluice.recovery.ports import Arrivals, Register
from sluice.rules.versions import Missing, Stale

SETTLED = tuple(status for status in Status if status not in UNFINISHED)


@dataclass(frozen=True, slots=True)
class Gone:
    """The object was deleted, so there is nothing to process."""


@dataclass(frozen=True, slots=True)
class Reprocessor:
    """Takes outcomes back; see `reprocess`."""

    files: CatalogueView
    register: Register
    arrivals: Arrivals
    journal: Journal

    def reprocess(self, file_id: str, *, by: str) -> Facts | Missing | Gone | Stale:
        """
        Take the outcome of a file back, and announce the file on its lane; the rules in force then decide.

        Stale where it has none, or another attempt has begun. Should the announcement fail after the outcome
        was taken back, the sweep finds the file and announces it.
        """
        facts = self.files.file(file_id)
        if facts is None:
            return Missing()
        if "deleted_at" in facts:
            return Gone()
        if facts["status"] in UNFINISHED:
            return Stale()
        if not self.register.reopen(file_id, facts["attempt"], of=SETTLED, by=by):
            return Stale()
        self.arrivals.put_back([(_file(facts), facts["lane"])], reason="reprocess")
        self.journal.noted("file is processed again", {"file_id": file_id, "by": by})
        return facts


def _file(facts: Facts) -> File:
    return File(
        bucket=facts["bucket"],
        key=facts["key"],
        version_id=facts.get("version_id") or None,
        etag=facts.get("etag", ""),
        size=facts["size"],
        sequencer=facts.get("sequencer", ""),
        uploaded_at=datetime.fromisoformat(facts["upload_timestamp"]),
        correlation_id=facts["correlation_id"],
    )
