"""What a person should know first: the fault, then the findings, warnings before notes."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from sluice.tables.profiles import WARNING, Finding, TableProfile
from sluice.tables.report.cells import example_table
from sluice.tables.report.detail import Detail
from sluice.tables.report.figures import counted
from sluice.tables.report.markup import Html, element

MESSAGE_SHOWN = 400  # characters: labels in it may be long
TITLES = {
    "ambiguous_decimal": "Numbers whose comma may group or be decimal",
    "ambiguous_day_order": "Dates whose order of day and month is unknown",
    "constant_column": "Columns of one value",
    "duplicate_label": "Labels that occur more than once",
    "empty_column": "Empty columns",
    "empty_label": "Columns without a label",
    "invalid_cells": "Invalid cells",
    "mixed_day_order": "Dates in both orders of day and month",
    "mostly_missing": "Columns that are mostly missing",
    "padded_cells": "Blanks around texts",
    "possible_missing_token": "Texts that may stand for a missing value",
    "zero_padded_codes": "Codes with leading zeros",
}


def fault_notice(profile: TableProfile, message: str | None) -> Html | None:
    """Return why the file is an error, in a box of its own."""
    if message is None:
        return None
    before = f"What follows describes the {counted(profile.row_count, 'row')} before that place."
    return element(
        "section",
        element("h2", "This file has an error", id="error"),
        element("p", message, class_="lead"),
        element("p", before) if profile.fault and profile.row_count else None,
        class_="notice error",
        aria_labelledby="error",
    )


def findings_section(profile: TableProfile, detail: Detail) -> Html:
    """Return all findings, warnings first, those of one kind together."""
    places = {column.label: column.index + 1 for column in reversed(profile.columns)}
    findings = sorted(profile.findings, key=lambda finding: finding.level != WARNING)
    shown = _by_kind(findings[: detail.findings])
    kinds = groupby(shown, lambda finding: (finding.level, finding.code))
    groups = [_group(list(group), places, detail) for _, group in kinds]
    body = element("div", *groups, class_="findings") if groups else element("p", "Nothing stands out.")
    left = counted(len(findings) - len(shown), "more finding")
    more = element("p", f"{left} in the summary.") if len(findings) > len(shown) else None
    heading = element("h2", "What to look at", id="findings")
    return element("section", heading, body, more, aria_labelledby="findings")


def message_of(finding: Finding) -> str:
    """Return a finding's sentence, cut where it is long."""
    message = finding.message
    return message if len(message) <= MESSAGE_SHOWN else f"{message[:MESSAGE_SHOWN]}…"


def _by_kind(findings: Sequence[Finding]) -> list[Finding]:
    """Put findings of one kind together, at the place of the first of them."""
    kinds = list(dict.fromkeys((finding.level, finding.code) for finding in findings))
    return sorted(findings, key=lambda finding: kinds.index((finding.level, finding.code)))


def _group(findings: list[Finding], places: Mapping[str, int], detail: Detail) -> Html:
    level, code = findings[0].level, findings[0].code
    mark = element("span", level.capitalize(), class_="level")
    if findings[0].column is None:
        return element("div", mark, element("div", *_of_table(findings, detail)), class_=f"notice {level}")
    heading = element("h3", TITLES.get(code, code.replace("_", " ").capitalize()))
    lines = [element("li", _link(finding, places, detail), " ", message_of(finding)) for finding in findings]
    return element("div", mark, element("div", heading, element("ul", *lines)), class_=f"notice {level}")


def _of_table(findings: list[Finding], detail: Detail) -> Iterator[Html]:
    for finding in findings:
        yield element("p", message_of(finding), class_="lead")
        if finding.examples and detail.examples:
            places = example_table("The first places", finding.examples, detail)
            yield element("details", element("summary", "Where"), places)


def _link(finding: Finding, places: Mapping[str, int], detail: Detail) -> Html | None:
    if finding.column is None or finding.column not in places:
        return None
    label = detail.cut(finding.column) if finding.column.strip() else "without a label"
    return element("a", element("bdi", label), href=f"#column-{places[finding.column]}")
