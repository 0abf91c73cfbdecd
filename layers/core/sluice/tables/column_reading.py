"""Read one column's raw figures, as the scanner reports them, into a column profile."""

import heapq
from collections.abc import Mapping
from typing import Any

from sluice.tables.column_figures import GROUPED, read_moments, read_numbers
from sluice.tables.column_measures import Distinct, Texts, TopValue
from sluice.tables.column_types import NO_VALUE_KINDS, KindCounts, TypeDecision, decide_type
from sluice.tables.columns import ColumnProfile, Example, Invalid, Missing

EXAMPLES_KEPT = 5
TOP_VALUES_KEPT = 10
KEY_ERRORS = 3  # standard errors by which an estimate may fall short of the count and still look unique

Raw = Mapping[str, Any]


def read_examples(raw: list[list[Any]]) -> tuple[Example, ...]:
    """Return examples from [row, byte offset, text, bytes of the whole text]."""
    return tuple(Example(row, offset, text, len(text.encode()) < size) for row, offset, text, size in raw)


def percentage(part: int, whole: int) -> float:
    """Return *part* of *whole* in percent, to four places; 0 of nothing."""
    return round(100 * part / whole, 4) if whole else 0.0


def decide(raw: Raw) -> TypeDecision:
    """Return the type of a raw column."""
    kinds = raw["kinds"]
    return decide_type(
        KindCounts(
            counts=kinds,
            values=raw["texts"],
            marks=raw["marks"],
            one_length=raw["texts"] > 0 and raw["length_least"] == raw["length_greatest"],
            compact="compact" in raw,
        )
    )


def placeholders(raw: Raw) -> set[str]:
    """Return the tokens of a column that may or may not stand for a missing value."""
    return {token.lower() for token, _, always in raw["tokens"] if not always}


def read_column(raw: Raw, index: int, label: str, used_as_missing: set[str]) -> ColumnProfile:
    """
    Return the profile of a raw column.

    A placeholder such as NA or - is a missing value in a column of any type but string, and in a string
    column if a typed column of the same table uses it (*used_as_missing*); otherwise it is a value like any
    other.
    """
    decision = decide(raw)
    cells = sum(raw["kinds"].values())
    kept = {
        token: count
        for token, count, always in raw["tokens"]
        if decision.type == "string" and raw["texts"] and not always and token.lower() not in used_as_missing
    }
    count = raw["texts"] + sum(kept.values())
    distinct = _distinct(raw, kept, count)
    top, exact = _top_values(raw, kept)
    repeats = raw["repeats"] > 0 and (distinct.error > 0 or distinct.count < count)
    return ColumnProfile(
        index=index,
        label=label,
        type=decision.type,
        count=count,
        missing=_missing(raw, kept, cells),
        invalid=_invalid(raw, decision, count),
        kinds={kind: number for kind, number in raw["kinds"].items() if kind != "missing"},
        distinct=distinct,
        top_values=top,
        top_values_exact=exact,
        **_figures(raw, decision),
        texts=_texts(raw, kept, count),
        empty=count == 0,
        constant=count > 1 and distinct == Distinct(1, 0.0),
        unique_looking=_looks_unique(distinct, count, repeats=repeats),
        repeats_seen=repeats,
        zero_padded_codes=raw["kinds"].get("code", 0),
        placeholders_kept=kept,
    )


def _figures(raw: Raw, decision: TypeDecision) -> dict[str, Any]:
    if decision.reading is None:
        return {}
    if decision.reading in ("point", "comma"):
        reading = raw.get(decision.reading) or raw["whole"]
        return {"numbers": read_numbers(reading, decision, raw["marks"] | _grouping(raw, decision))}
    reading = raw.get(decision.reading) or raw["fixed"]
    return {"moments": read_moments(raw, reading, decision)}


def _grouping(raw: Raw, decision: TypeDecision) -> int:
    """Return the mark of cells such as 1,234 where their column is read so that the comma groups."""
    return GROUPED if raw["kinds"].get("decimal_comma3" if decision.reading == "point" else "float3") else 0


def _missing(raw: Raw, kept: Mapping[str, int], cells: int) -> Missing:
    tokens = {token: count for token, count, _ in raw["tokens"] if token not in kept}
    count = sum(tokens.values()) + raw["absent"]
    return Missing(count, percentage(count, cells), tokens, raw["absent"])


def _invalid(raw: Raw, decision: TypeDecision, count: int) -> Invalid:
    if decision.type == "string":
        return Invalid(0, 0.0)
    odd = [kind for kind in raw["kinds"] if kind not in decision.accepted and kind not in NO_VALUE_KINDS]
    number = sum(raw["kinds"][kind] for kind in odd)
    first = heapq.nsmallest(EXAMPLES_KEPT, (tuple(e) for kind in odd for e in raw["examples"].get(kind, ())))
    return Invalid(number, percentage(number, count), read_examples([list(example) for example in first]))


def _distinct(raw: Raw, kept: Mapping[str, int], count: int) -> Distinct:
    tokens = sum(1 for token, _, always in raw["tokens"] if not always and token not in kept)
    found = max(round(raw["distinct"]) - tokens, 0)
    return Distinct(min(found, count), raw["distinct_error"] if count else 0.0)


def _top_values(raw: Raw, kept: Mapping[str, int]) -> tuple[tuple[TopValue, ...], bool]:
    error = raw["top_error"]
    dropped = {token for token, _, always in raw["tokens"] if not always and token not in kept}
    values = (
        TopValue(text, count, error, cut)
        for text, count, cut in raw["top"]
        if text.strip(" \t") not in dropped and count > error
    )
    return tuple(values)[:TOP_VALUES_KEPT], error == 0


def _looks_unique(distinct: Distinct, count: int, *, repeats: bool) -> bool:
    if count < 2 or repeats:  # noqa: PLR2004 - one value is no evidence
        return False
    return distinct.count >= count * (1 - KEY_ERRORS * distinct.error)


def _texts(raw: Raw, kept: Mapping[str, int], count: int) -> Texts | None:
    if count == 0:
        return None
    lengths = [len(token) for token in kept] + [raw["length_least"], raw["length_greatest"]]
    total = raw["length_sum"] + sum(len(token) * number for token, number in kept.items())
    return Texts(
        min_length=min(lengths),
        max_length=max(lengths),
        avg_length=total / count,
        first=min([raw["least_text"], *kept]),
        last=max([raw["greatest_text"], *kept]),
        padded=raw["padded"],
    )
