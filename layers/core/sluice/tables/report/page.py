"""The whole page, from its template."""

from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from string import Template
from typing import Any

from sluice.tables.profiles import TableProfile
from sluice.tables.report.agreement import changes_section, contract_section
from sluice.tables.report.column_card import column_card
from sluice.tables.report.detail import Detail
from sluice.tables.report.glance import glance
from sluice.tables.report.markup import element, join, text
from sluice.tables.report.notices import fault_notice, findings_section
from sluice.tables.report.opening import overview, status_line
from sluice.tables.report.writing import writing_section

MANY = 60  # columns from which a browser is to lay out only what is seen


def page(summary: Mapping[str, Any], profile: TableProfile, detail: Detail) -> str:
    """Return the page of a summary in some detail."""
    name = element("bdi", detail.cut(profile.name or "table"))
    style, script = _part("report.css"), _part("report.js")
    return Template(_part("page.html")).substitute(
        policy=_policy(style, script),
        title=text(f"{detail.cut(profile.name or 'table')}: profile"),
        style=style,
        script=script,
        name=name,
        status=status_line(summary, profile),
        overview=overview(profile),
        fault=join(fault_notice(profile, summary.get("error_message"))),
        contract=join(contract_section(summary.get("contract"), detail)),
        changes=join(changes_section(summary.get("changes"), detail)),
        findings=findings_section(profile, detail),
        types=join(
            *(element("option", kind) for kind in sorted({column.type for column in profile.columns}))
        ),
        glance=glance(profile.columns, detail),
        many=" many" if len(profile.columns) > MANY else "",
        cards=join(*(column_card(column, detail) for column in profile.columns)),
        writing=join(writing_section(profile)),
    )


@cache
def _part(name: str) -> str:
    return (Path(__file__).parent / name).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
    """Let nothing be loaded, and nothing run but the page's own style and script."""
    hashes = [b64encode(sha256(part.encode()).digest()).decode() for part in (style, script)]
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src 'sha256-{hashes[0]}'",
            f"script-src 'sha256-{hashes[1]}'",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
