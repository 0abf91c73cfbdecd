"""Use case: profile one CSV file."""

import json
from typing import Any

from sluice.csv_profiling import profile_stream
from sluice.files import File
from sluice.outcomes import Outcome, Status
from sluice.ports import Inbox, Outbox
from sluice.profiles import TableProfile
from sluice.references import Reference
from sluice.rules import Rule
from sluice.table_facts import facts_of

SUMMARY_VERSION = 1
LARGEST_FACTS = 250_000  # bytes of JSON; an item holds 400 KB with its names and other attributes


def profile_file(
    file: File,
    rule: Rule,  # noqa: ARG001  every process takes it
    contract: Reference | None,  # noqa: ARG001  likewise
    *,
    inbox: Inbox,
    outbox: Outbox,
) -> Outcome:
    """
    Profile *file* in one pass, and publish the summary.

    A table that cannot be read to its end is an error whose message says what and where; what was found
    before stays in the facts and in the summary.
    """
    with inbox.open(file) as stream:
        profile = profile_stream(stream, name=file.name)
    status = Status.ERROR if profile.fault else Status.SUCCESS
    message = profile.fault.message if profile.fault else None
    facts = facts_of(profile)
    summary = {"version": SUMMARY_VERSION, "file": file.to_json(), "status": status, "error_message": message}
    key = outbox.publish(
        f"processed/{file.folder}{summary_name(file)}",
        json.dumps(summary | facts | {"profile": profile.to_json()}, ensure_ascii=False, indent=2).encode(),
        content_type="application/json",
        file=file,
        status=status,
    )
    return Outcome(status, error_message=message, results=(key,), facts=_fitting(facts, profile))


def summary_name(file: File) -> str:
    """Return `orders_summary.json` for `orders.csv`; other endings stay, lest two files share one."""
    stem = file.name[: -len(".csv")] if file.suffix == ".csv" else file.name
    return f"{stem}_summary.json"


def _fitting(facts: dict[str, Any], profile: TableProfile) -> dict[str, Any]:
    """Leave to the summary what a catalogue item cannot hold."""
    if len(json.dumps(facts, ensure_ascii=False).encode()) <= LARGEST_FACTS:
        return facts
    kept = {"row_count": profile.row_count, "column_count": len(profile.columns)}
    return kept | {"facts_truncated": True}
