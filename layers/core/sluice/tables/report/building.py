"""The report of a table, in as much detail as fits."""

from collections.abc import Mapping
from typing import Any

from sluice.tables.profiles import TableProfile
from sluice.tables.report.detail import DETAILS
from sluice.tables.report.page import page

LARGEST_REPORT = 2_000_000  # bytes


def report_of(summary: Mapping[str, Any]) -> bytes:
    """
    Return the report of a summary as UTF-8, below LARGEST_REPORT for any table.

    What does not fit is shown in less detail: fewer and shorter values of each column.
    """
    profile = TableProfile.from_json(summary["profile"])
    report = b""
    for detail in DETAILS:
        report = page(summary, profile, detail).encode()
        if len(report) < LARGEST_REPORT:
            break
    return report
