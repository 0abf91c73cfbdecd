"""What became of the contract, and what differs from the profile before."""

from collections.abc import Mapping, Sequence
from typing import Any

from sluice.tables.report.detail import Detail
from sluice.tables.report.markup import Html, element
from sluice.tables.report.tables import number, row, table, title

BREACHES_SHOWN = 50
CHANGES_SHOWN = 100
MESSAGE_SHOWN = 400  # characters: labels in it may be long


def contract_section(contract: Mapping[str, Any] | None, detail: Detail) -> Html | None:
    """Return the verdict with the breaches behind it; None where no contract was held against the file."""
    if not contract:
        return None
    accepted = contract["verdict"] == "accepted"
    which = (
        f" {contract['id']}, version {contract['version']}"
        if "id" in contract and "version" in contract
        else ""
    )
    sentence = f"The file {'keeps' if accepted else 'breaks'} the contract{which}."
    if tolerated := contract.get("tolerated"):
        sentence += f" Of its breaches, {tolerated:,} are in columns that may have some."
    breaches = contract.get("breaches") or []
    return element(
        "section",
        element("h2", f"Contract: {contract['verdict']}", id="contract"),
        element("p", sentence, class_="lead"),
        _totals(contract.get("totals") or {}),
        _breaches(breaches, detail) if breaches else None,
        class_=f"notice {'good' if accepted else 'error'}",
        aria_labelledby="contract",
    )


def changes_section(changes: Mapping[str, Any] | None, detail: Detail) -> Html | None:
    """Return what differs from the previous profile of the dataset; None where there is none."""
    if not changes or changes.get("previous_key") is None:
        return None
    found = changes.get("changes") or ()
    lines = [element("li", str(change["message"])[:MESSAGE_SHOWN]) for change in found[:CHANGES_SHOWN]]
    if len(found) > CHANGES_SHOWN:
        lines.append(element("li", f"{len(found) - CHANGES_SHOWN:,} more"))
    previous = element("code", detail.cut(str(changes["previous_key"])))
    dataset = element("code", detail.cut(str(changes.get("dataset", ""))))
    return element(
        "section",
        element("h2", "Changed since the previous file" if found else "As the previous file", id="changes"),
        element("ul", *lines) if lines else None,
        element("p", "Compared with ", previous, ", the file before in the dataset ", dataset, "."),
        class_="notice note",
        aria_labelledby="changes",
    )


def _totals(totals: Mapping[str, Any]) -> Html | None:
    counts = {code: count for code, count in totals.items() if isinstance(count, int) and count}
    if not counts:
        return None
    headings = (("Kind", None), ("Breaches", "number"))
    rows = (row(title(_words(code)), number(f"{count:,}")) for code, count in counts.items())
    return table("Breaches by kind", headings, rows, class_="totals")


def _breaches(breaches: Sequence[Mapping[str, Any]], detail: Detail) -> Html:
    shown = breaches[: min(BREACHES_SHOWN, max(detail.examples * 10, 10))]
    headings = (("Row", "number"), ("Column", None), ("Cell", None), ("What is wrong", None))
    caption = "The first places" if len(shown) < len(breaches) else "Where"
    places = table(caption, headings, (_breach(breach, detail) for breach in shown))
    return element("div", places, class_="wide", role="region", aria_label="Places of breaches", tabindex="0")


def _breach(breach: Mapping[str, Any], detail: Detail) -> Html:
    place, column, cell = (breach.get(name) for name in ("row", "column", "cell"))
    return row(
        number(f"{place:,}" if place else ""),
        element("bdi", detail.cut(str(column))) if column is not None else "",
        detail.cell(str(cell)) if cell is not None else "",
        breach.get("message") or _words(breach["code"]),
    )


def _words(code: str) -> str:
    return code.replace("_", " ").replace("-", " ")
