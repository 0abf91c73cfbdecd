"""Where rules and contracts are kept, as functions read them and as people change them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from sluice.rules.references import Reference
from sluice.rules.rule import Rule
from sluice.rules.versions import Stale, Version


class Rules(Protocol):
    """The rules, each with all its versions."""

    def current(self) -> Sequence[Rule]:
        """Return the rules in force, at most 30 s old; the last known ones while they cannot be read."""
        ...

    def at(self, reference: Reference) -> Rule:
        """Return one version of a rule, also of one that was deleted since."""
        ...


class Contracts(Protocol):
    """The contracts, each with all its versions."""

    def latest(self, contract_id: str) -> Reference | None:
        """Return the newest version of a contract; None if there is no such contract."""
        ...

    def at(self, reference: Reference) -> Mapping[str, Any]:
        """Return the document of one version."""
        ...


class Versions(Protocol):
    """Documents with all their versions."""

    def current(self) -> Sequence[Version]:
        """Return the newest version of each document that is not deleted."""
        ...

    def newest(self, document_id: str) -> Version | None:
        """Return the newest version; None if there is no such document, or no longer."""
        ...

    def at(self, reference: Reference) -> Version | None:
        """Return one version, also of a deleted document."""
        ...

    def history(self, document_id: str) -> Sequence[Version]:
        """Return the newest versions, newest first; a deletion is one."""
        ...

    def save(
        self,
        document_id: str,
        document: Mapping[str, Any],
        *,
        expected: int,
        source: str,
        at: datetime,
        deleted: bool = False,
    ) -> Version | Stale:
        """Write the next version, if *expected* is the current one; 0 expects that there is none."""
        ...
