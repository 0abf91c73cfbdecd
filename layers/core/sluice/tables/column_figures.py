"""Turn the scanner's raw figures into those of a column profile."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Context, Decimal
from typing import Any

from sluice.tables.column_measures import DayOrder, Histogram, Moments, Numbers, Quantile
from sluice.tables.column_types import TypeDecision

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MARK_NAMES = ("$", "€", "£", "¥", "₹", "currency code", "%", "parentheses", "grouping", "exponent")
GROUPED = 1 << MARK_NAMES.index("grouping")
# Milliseconds since 1970 of the first and the last moment: of a day, of Python's calendar (years 1 to 9999).
DAY = (0.0, 86_399_999.0)
CALENDAR = (-62_135_596_800_000.0, 253_402_300_799_000.0)
WIDE = Context(prec=400)  # digits; sums of doubles of any size stay exact


def _total(raw: Mapping[str, Any]) -> Decimal | None:
    """Add the exact sums by decimal places, [places, "digits"], to the sum of the values beyond them."""
    if raw["rest"] is None:
        return None  # beyond a double
    total = Decimal(raw["rest"])
    for places, digits in raw["sums"]:
        total = WIDE.add(total, Decimal(digits).scaleb(-places, context=WIDE))
    return total


def _rounded(total: Decimal | None, *, whole: bool) -> float | None:
    if total is None:
        return None
    return int(total) if whole else float(total)


def _deviation(raw: Mapping[str, Any]) -> float | None:
    count = raw["count"]
    if count > 1 and raw["least"] == raw["greatest"]:
        return 0.0  # rounding of the mean alone would leave a trace
    known = count > 1 and raw["squares"] is not None
    return math.sqrt(max(raw["squares"], 0.0) / (count - 1)) if known else None


def read_numbers(raw: Mapping[str, Any], decision: TypeDecision, marks: int) -> Numbers:
    """Return the figures of one reading of a column's numbers; whole numbers stay int and exact."""
    whole = decision.type == "int" and "least_units" in raw
    least, greatest = (raw[f"{end}_units"] if whole else raw[end] for end in ("least", "greatest"))
    total = _total(raw)
    return Numbers(
        count=raw["count"],
        min=least,
        max=greatest,
        sum=_rounded(total, whole=whole),
        avg=raw["mean"] if total is None else float(total / raw["count"]),
        std=_deviation(raw),
        zeros=raw["zeros"],
        negatives=raw["negatives"],
        quantiles=tuple(
            Quantile(q, min(max(value, least), greatest), error) for q, value, error in raw["quantiles"]
        ),
        histogram=Histogram(
            raw["histogram"]["from"], raw["histogram"]["width"], tuple(raw["histogram"]["counts"])
        ),
        decimal_separator="," if decision.reading == "comma" else ".",
        marks=tuple(name for bit, name in enumerate(MARK_NAMES) if marks >> bit & 1),
    )


def _iso(milliseconds: float, kind: str) -> str:
    """Write a moment as its column's type is written; one beyond the calendar is its nearest day."""
    first, last = DAY if kind == "time" else CALENDAR
    milliseconds = min(max(milliseconds, first), last)
    moment = EPOCH + timedelta(milliseconds=round(milliseconds))
    precision = "milliseconds" if moment.microsecond else "seconds"
    if kind == "date":
        return moment.date().isoformat()
    if kind == "time":
        return moment.time().isoformat(precision)
    return moment.replace(tzinfo=None).isoformat(timespec=precision)


def _day_order(kinds: Mapping[str, int], decision: TypeDecision) -> DayOrder | None:
    first = {
        order: kinds.get(f"date_{order}", 0) + kinds.get(f"datetime_{order}", 0)
        for order in ("day", "month", "either")
    }
    if decision.reading not in ("day_first", "month_first") or not any(first.values()):
        return None
    return DayOrder(decision.reading, decision.ambiguous, first["day"], first["month"], first["either"])


def _format_names(raw: Mapping[str, Any], decision: TypeDecision) -> dict[str, int]:
    if decision.reading == "compact":
        return {"%Y%m%d": raw["compact"]["count"]}
    first, second = ("%m", "%d") if decision.reading == "month_first" else ("%d", "%m")
    formats = sorted(raw["formats"], key=lambda pair: (-pair[1], pair[0]))
    return {name.replace("%1", first).replace("%2", second): count for name, count in formats}


def read_moments(raw: Mapping[str, Any], reading: Mapping[str, Any], decision: TypeDecision) -> Moments:
    """Return the figures of one reading of a column's dates; *raw* is the whole column."""
    kind = decision.type
    histogram = reading["histogram"]
    return Moments(
        count=reading["count"],
        min=_iso(reading["least"], kind),
        max=_iso(reading["greatest"], kind),
        avg=_iso(float(_total(reading) / reading["count"]), kind),
        quantiles=tuple(
            Quantile(q, _iso(value, kind), error / 1000) for q, value, error in reading["quantiles"]
        ),
        histogram=Histogram(
            _iso(histogram["from"], "datetime" if kind != "time" else kind),
            histogram["width"] / 1000,
            tuple(histogram["counts"]),
        ),
        formats=_format_names(raw, decision),
        day_order=_day_order(raw["kinds"], decision),
    )
