"""What is published of a table."""

import json
from typing import Any

from sluice.files import File
from sluice.outcomes import Outcome, Status
from sluice.ports.buckets import Outbox
from sluice.tables.facts import facts_of
from sluice.tables.profiles import TableProfile
from sluice.tables.report.building import report_of
from sluice.tables.summaries import summary_of


def published(
    file: File,
    profile: TableProfile,
    outbox: Outbox,
    folder: str = "processed",
    *,
    message: str | None = None,
    **sections: Any,
) -> Outcome:
    """Publish the summary and the report of a table, also of one that is an error, as *message* says."""
    status = Status.ERROR if message else Status.SUCCESS
    facts = facts_of(profile)
    summary = summary_of(profile, file.to_json(), message=message, **sections)
    document = json.dumps(summary, ensure_ascii=False, indent=2).encode()
    bodies = (
        (summary_name(file), document, "application/json"),
        (report_name(file), report_of(summary), "text/html; charset=utf-8"),
    )
    results = tuple(
        outbox.publish(f"{folder}/{file.folder}{name}", body, content_type=kind, file=file, status=status)
        for name, body, kind in bodies
    )
    return Outcome(status, error_message=message, results=results, facts=facts)


def summary_name(file: File) -> str:
    """Return `orders_summary.json` for `orders.csv`; other endings stay, lest two files share one."""
    return f"{stem(file)}_summary.json"


def report_name(file: File) -> str:
    """Return `orders_report.html` for `orders.csv`, likewise."""
    return f"{stem(file)}_report.html"


def stem(file: File) -> str:
    """Return what the names of its results begin with."""
    return file.name[: -len(".csv")] if file.suffix == ".csv" else file.name
