"""Use case: create, change and delete documents that are kept with all their versions."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sluice.rules.ports import Versions
from sluice.rules.references import Reference
from sluice.rules.versions import Missing, Problem, Refused, Stale, Taken, Version

LARGEST = 390 * 1024  # bytes of JSON; an item of the table has 400 KB, and holds who changed it too
Check = Callable[[Mapping[str, Any]], Sequence[Problem]]


@dataclass(frozen=True, slots=True)
class Editor:
    """Edits one kind of document: rules or contracts."""

    versions: Versions
    check: Check
    """What is wrong with a document beyond its shape, which the caller has checked."""
    now: Callable[[], datetime]
    defaults: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Documents that come with the code, as version 0; a stored one of the same id stands in its place."""
    users: Callable[[str], Sequence[str]] = lambda _: ()
    """What names a document of this id, and would break if it were deleted."""

    def create(self, document_id: str, document: Mapping[str, Any], source: str) -> Version | Refused | Taken:
        """Store a new document."""
        if problems := self._problems_of(document):
            return Refused(tuple(problems))
        if document_id in self.defaults:
            return Taken()
        saved = self.versions.save(document_id, document, expected=0, source=source, at=self.now())
        return Taken() if isinstance(saved, Stale) else saved

    def update(
        self, document_id: str, document: Mapping[str, Any], source: str, *, expected: int | None = None
    ) -> Version | Refused | Stale | Missing:
        """Store the next version; *expected* is the version that the change is based on, None the newest."""
        current = self.get(document_id)
        if current is None:
            return Missing()
        if expected not in (None, current.version):
            return Stale()
        if problems := self._problems_of(document):
            return Refused(tuple(problems))
        return self.versions.save(
            document_id, document, expected=current.version, source=source, at=self.now()
        )

    def delete(
        self, document_id: str, source: str, *, expected: int | None = None
    ) -> Version | Stale | Missing | Refused:
        """Delete a stored document, whose versions stay; a default cannot be deleted, only disabled."""
        current = self.get(document_id)
        if current is None:
            return Missing()
        if expected not in (None, current.version):
            return Stale()
        if current.version == 0:
            return Refused((Problem("", "a default comes with the code: disable it instead"),))
        if users := self.users(document_id):
            return Refused((Problem("", f"it is named by {', '.join(users)}"),))
        return self.versions.save(
            document_id,
            current.document,
            expected=current.version,
            source=source,
            at=self.now(),
            deleted=True,
        )

    def get(self, document_id: str, version: int | None = None) -> Version | None:
        """Return one version, the newest if none is named; 0 is the default that comes with the code."""
        if version is None:
            return self.versions.newest(document_id) or self._default(document_id)
        if version == 0:
            return self._default(document_id)
        return self.versions.at(Reference(document_id, version))

    def all(self) -> Sequence[Version]:
        """Return the newest version of every document, ordered by id."""
        defaults = {name: Version(name, 0, document) for name, document in self.defaults.items()}
        merged = defaults | {version.id: version for version in self.versions.current()}
        return [merged[name] for name in sorted(merged)]

    def history(self, document_id: str) -> Sequence[Version]:
        """Return the newest versions, newest first, down to the default if there is one."""
        default = self._default(document_id)
        return [*self.versions.history(document_id), *([default] if default else [])]

    def _problems_of(self, document: Mapping[str, Any]) -> Sequence[Problem]:
        try:
            size = len(json.dumps(document, ensure_ascii=False).encode())
        except UnicodeEncodeError:
            return [Problem("", "holds half of a surrogate pair, which is no text")]
        if size > LARGEST:
            return [Problem("", f"has to be at most {LARGEST:,} bytes of JSON")]
        return self.check(document)

    def _default(self, document_id: str) -> Version | None:
        document = self.defaults.get(document_id)
        return None if document is None else Version(document_id, 0, document)


def naming(rules: Editor, contract_id: str) -> Sequence[str]:
    """Return the rules that name a contract, for people to read."""
    return [f"the rule {rule.id!r}" for rule in rules.all() if rule.document.get("contract") == contract_id]
