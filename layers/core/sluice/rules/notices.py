"""How people hear of an outcome, and what a rule may say about that."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from sluice.outcomes import Status


class Notice(StrEnum):
    """How people hear of an outcome."""

    MAIL = "mail"
    DIGEST = "digest"
    NONE = "none"


DEFAULT_NOTICES: Mapping[str, Notice] = MappingProxyType(
    {
        Status.SUCCESS: Notice.DIGEST,
        Status.SKIPPED: Notice.DIGEST,
        Status.ERROR: Notice.MAIL,
        Status.FAILED: Notice.MAIL,
    }
)


def notice_of(status: str, wishes: Mapping[str, Any]) -> Notice:
    """Return what a rule wishes for an outcome, and the default where it says nothing that is known."""
    try:
        return Notice(str(wishes.get(status)))
    except ValueError:
        return DEFAULT_NOTICES[status]


def faults_in(wishes: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield pairs of member and what is wrong with it."""
    for name in sorted(wishes):
        if name not in DEFAULT_NOTICES:
            yield name, f"unknown; there are {', '.join(sorted(DEFAULT_NOTICES))}"
        elif wishes[name] not in list(Notice):
            yield name, f"none of {', '.join(Notice)}"
