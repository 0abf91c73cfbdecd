"""How a report begins: how the file fared, where it is from, and the table in six figures."""

from collections.abc import Iterator, Mapping
from typing import Any

from sluice.tables.profiles import WARNING, TableProfile
from sluice.tables.report.charts import composition
from sluice.tables.report.figures import bytes_text, count_text, counted
from sluice.tables.report.markup import Html, element, join
from sluice.tables.report.tables import pairs


def status_line(summary: Mapping[str, Any], profile: TableProfile) -> Html:
    """Return the outcome, the verdict where there is one, and which version of which file this is."""
    facts = [element("li", fact) for fact in _source(summary.get("file") or {})]
    return element("ul", *_chips(summary, profile), *facts, class_="status")


def overview(profile: TableProfile) -> Html:
    """Return the table in six figures, and what its cells hold all in all."""
    missing = sum(column.missing.count for column in profile.columns)
    invalid = sum(column.invalid.count for column in profile.columns)
    values = sum(column.count for column in profile.columns)
    tiles = {
        "Rows": count_text(profile.row_count),
        "Columns": count_text(len(profile.columns)),
        "Size": bytes_text(profile.bytes),
        "Missing cells": count_text(missing),
        "Invalid cells": count_text(invalid),
        "Ragged rows": count_text(profile.ragged.short + profile.ragged.long),
    }
    whole = composition(values - invalid, invalid, missing) if values or missing else None
    return element(
        "section",
        element("h2", "Overview", id="overview", class_="visually-hidden"),
        pairs(tiles.items(), "tiles"),
        element("div", whole, class_="whole") if whole else None,
        aria_labelledby="overview",
    )


def _chips(summary: Mapping[str, Any], profile: TableProfile) -> Iterator[Html]:
    warnings = sum(finding.level == WARNING for finding in profile.findings)
    if summary["status"] != "success":
        yield _chip("error", "error")
    elif warnings:
        yield _chip(counted(warnings, "warning"), "warning")
    else:
        yield _chip("no warnings", "good")
    if contract := summary.get("contract"):
        yield _chip(contract["verdict"], "good" if contract["verdict"] == "accepted" else "error")


def _chip(words: str, kind: str) -> Html:
    return element("li", words, class_=f"chip {kind}")


def _source(file: Mapping[str, Any]) -> Iterator[Html]:
    if key := file.get("key"):
        yield element("code", f"{file['bucket']}/{key}" if file.get("bucket") else key)
    if uploaded := file.get("uploaded_at"):
        when = element("time", str(uploaded)[:16].replace("T", " "), datetime=uploaded)
        yield join("uploaded ", when, " UTC")
    if version := file.get("version_id"):
        yield join("version ", element("code", version))
