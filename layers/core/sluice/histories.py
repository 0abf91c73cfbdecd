"""What happened to a file and when, as far as its item in the catalogue tells."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sluice.catalogue_queries import Facts
from sluice.moments import to_moment
from sluice.outcomes import UNFINISHED

# What the catalogue keeps for itself: claims, pace, announcements. It is told as history, or not at all.
BOOKKEEPING = frozenset(
    {"claimed_until", "claimed_at", "message_id", "slot", "spent_slot", "begun_at", "begun_times", "losses"}
    | {"replays", "reopened_at", "reopened_by", "unannounced", "announced_at", "announced_again_at"}
    | {"notifications", "expires_at", "sequencer", "etag", "bucket", "deletion", "delete_marker"}
)


@dataclass(frozen=True, slots=True)
class Transition:
    """One thing that happened to a file."""

    state: str
    """`uploaded`, `claimed`, `slot`, `processing`, an outcome, `announced`, `reprocessed` or `deleted`."""
    at: datetime
    by: str = ""
    """Who asked for it; empty where nobody did."""


def history(facts: Facts) -> list[Transition]:
    """
    Return what happened to a file, in the order of time.

    Of a file that was processed again, only what followed upon that is known beside its upload. `slot` is
    the moment before which the file may not begin, and may be yet to come.
    """
    upload = Transition("uploaded", _moment(facts["upload_timestamp"]))
    reopened = [each for each in _transitions(facts) if each.state == "reprocessed"]
    known = [each for each in _transitions(facts) if not reopened or each.at >= reopened[0].at]
    return [upload, *sorted(known, key=lambda each: each.at)]


def findings(facts: Facts) -> dict[str, Any]:
    """Return *facts* without what the catalogue keeps for itself."""
    return {name: value for name, value in facts.items() if name not in BOOKKEEPING}


def _transitions(facts: Facts) -> Iterator[Transition]:
    """Yield what the attributes tell, those of one moment in the order in which they come about."""
    status = str(facts["status"])
    outcome = "" if status in UNFINISHED else status
    named = [
        ("reopened_at", "reprocessed"),
        ("claimed_at", "claimed"),
        ("slot", "slot"),
        ("begun_at", "processing"),
        ("processed_timestamp", outcome),
        ("announced_at", "announced"),
        ("deleted_at", "deleted"),
    ]
    for name, state in named:
        if state and name in facts:
            by = str(facts.get("reopened_by", "")) if state == "reprocessed" else ""
            yield Transition(state, _moment(facts[name]), by)


def _moment(value: Any) -> datetime:
    if isinstance(value, str):
        moment = datetime.fromisoformat(value)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return to_moment(int(value))
