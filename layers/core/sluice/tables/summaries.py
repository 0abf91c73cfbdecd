"""The summary of a table: what is published of its profile, after docs/schemas/summary.schema.json."""

from collections.abc import Mapping
from typing import Any

from sluice.outcomes import Status
from sluice.tables.facts import facts_of
from sluice.tables.profiles import TableProfile

SUMMARY_VERSION = 1


def summary_of(
    profile: TableProfile, file: Mapping[str, Any], *, message: str | None = None, **sections: Any
) -> dict[str, Any]:
    """
    Return the summary as JSON-ready values; *message* says why it is an error, if it is one.

    *file* is File.to_json's, or the `key` and `size` of a file that is in no bucket.
    """
    status = Status.ERROR if message else Status.SUCCESS
    head = {"version": SUMMARY_VERSION, "file": dict(file), "status": status, "error_message": message}
    return head | facts_of(profile) | sections | {"profile": profile.to_json()}
