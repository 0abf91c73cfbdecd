"""The rules and the contracts as dispatch and the processors read them: kept for a while, never guessed."""

import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Generic, TypeVar

from sluice.aws.versions import DynamoDBVersions
from sluice.errors import MisconfiguredError
from sluice.rules.documents import from_document
from sluice.rules.references import Reference
from sluice.rules.rule import DEFAULT_RULES, Rule
from sluice.rules.versions import Version

FRESH = 30  # seconds for which what was read is not read again
Read = TypeVar("Read")
Failed = Callable[[str, Mapping[str, Any]], None]


class LastKnown(Generic[Read]):
    """What was read last: as it is while fresh, and for as long as it cannot be read again."""

    def __init__(self, read: Callable[[], Read], failed: Failed, now: Callable[[], float]) -> None:
        self._read = read
        self._failed = failed
        self._now = now
        self._known: tuple[float, Read] | None = None

    def __call__(self) -> Read:
        """Return it; raise what reading raises only where nothing is known yet."""
        if self._known and self._now() < self._known[0] + FRESH:
            return self._known[1]
        try:
            read = self._read()
        except Exception as error:
            if self._known is None:
                raise
            self._failed("last known version used", {"error": repr(error)})
            read = self._known[1]
        self._known = (self._now(), read)
        return read


class DynamoDBRules:
    """The stored rules, and each default rule that none of the same id stands in for."""

    def __init__(
        self, versions: DynamoDBVersions, failed: Failed, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._versions = versions
        self._current = LastKnown(self._merged, failed, now)
        self._at: dict[Reference, Rule] = {rule.reference: rule for rule in DEFAULT_RULES}

    def current(self) -> Sequence[Rule]:
        """Return the rules in force, FRESH seconds old at most; the last known while the table is down."""
        return self._current()

    def at(self, reference: Reference) -> Rule:
        """Return one version of a rule; raise MisconfiguredError if there never was one."""
        if reference not in self._at:
            version = self._versions.at(reference)
            if version is None:
                raise MisconfiguredError(f"there is no version {reference.version} of rule {reference.id!r}")
            self._at[reference] = _rule(version)
        return self._at[reference]

    def _merged(self) -> Sequence[Rule]:
        stored = {version.id: _rule(version) for version in self._versions.current()}
        return tuple(({rule.id: rule for rule in DEFAULT_RULES} | stored).values())


class DynamoDBContracts:
    """The stored contracts."""

    def __init__(
        self, versions: DynamoDBVersions, failed: Failed, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._versions = versions
        self._failed = failed
        self._now = now
        self._latest: dict[str, LastKnown[Reference | None]] = {}
        self._at: dict[Reference, Mapping[str, Any]] = {}

    def latest(self, contract_id: str) -> Reference | None:
        """Return the newest version, at most FRESH seconds old; None if there is no such contract."""
        read = partial(self._newest, contract_id)
        newest = self._latest.setdefault(contract_id, LastKnown(read, self._failed, self._now))()
        if newest is None:
            del self._latest[contract_id]  # one that is created is to be found at once
        return newest

    def at(self, reference: Reference) -> Mapping[str, Any]:
        """Return the document of one version; raise MisconfiguredError if there never was one."""
        if reference not in self._at:
            version = self._versions.at(reference)
            if version is None:
                raise MisconfiguredError(
                    f"there is no version {reference.version} of contract {reference.id!r}"
                )
            self._at[reference] = version.document
        return self._at[reference]

    def _newest(self, contract_id: str) -> Reference | None:
        version = self._versions.newest(contract_id)
        return version.reference if version else None


def _rule(version: Version) -> Rule:
    return from_document(version.id, version.version, version.document)
