"""How figures are written for people."""

import math
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sluice.tables.column_measures import Histogram, Quantile

_DIGITS = 6  # significant ones of a figure that is not whole
_KILO = 1000
_LARGEST_PLAIN, _SMALLEST_PLAIN = 1e15, 1e-6


def count_text(count: int) -> str:
    """Group thousands."""
    return f"{count:,}"


def counted(count: int, one: str, many: str = "") -> str:
    """Say how many there are of something."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def bytes_text(count: int) -> str:
    """Say a size with a decimal unit."""
    value, units = float(count), iter(("bytes", "kB", "MB", "GB", "TB"))
    unit = next(units)
    while value >= _KILO:
        value, unit = value / _KILO, next(units)
    return f"{value:,.0f} {unit}" if unit == "bytes" else f"{value:,.1f} {unit}"


def share_text(part: float, whole: float) -> str:
    """Say a share in percent; what is not none is never said to be 0 %, what is not all never 100 %."""
    if not whole or not part:
        return "0 %"
    percent = 100 * part / whole
    if part != whole and percent > 99.9:  # noqa: PLR2004 - what rounds to all
        return "> 99.9 %"
    return "< 0.1 %" if percent < 0.1 else f"{percent:.1f} %".replace(".0 %", " %")  # noqa: PLR2004 - likewise


def figure(value: float | str | None) -> str:
    """Write a number of up to six significant digits with grouped thousands; texts stay."""
    if value is None:
        return "beyond a double"
    if isinstance(value, str):
        return moment_text(value)
    if isinstance(value, int) or (value.is_integer() and abs(value) < _LARGEST_PLAIN):
        return f"{int(value):,}"
    if not _SMALLEST_PLAIN <= abs(value) < _LARGEST_PLAIN:
        return f"{value:.{_DIGITS - 1}e}"
    places = max(0, _DIGITS - 1 - math.floor(math.log10(abs(value))))
    written = f"{value:,.{places}f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


def quantile_text(quantile: Quantile, kind: str) -> str:
    """Write a quantile: where only one whole number can be meant, it is that."""
    value = quantile.value
    if kind == "int" and isinstance(value, float) and _one_is_meant(quantile):
        return figure(round(value))
    if isinstance(value, str) and quantile.error >= 1:
        return figure(value.split(".")[0])
    return figure(value)


def quantile_error(quantiles: Sequence[Quantile], kind: str) -> str:
    """Say how far off the quantiles of a column are at most; nothing where they are exact."""
    if kind == "int" and all(map(_one_is_meant, quantiles)):
        return ""
    error = max(quantile.error for quantile in quantiles)
    if not error:
        return ""
    if kind in ("date", "datetime", "time"):
        return f", ± {duration_text(error)}"
    return f", ± {error:.2g}" if error < 10 else f", ± {math.ceil(error):,}"  # noqa: PLR2004 - two digits


def _one_is_meant(quantile: Quantile) -> bool:
    return quantile.error < 0.5  # noqa: PLR2004 - half a unit


def duration_text(seconds: float) -> str:
    """Say a length of time in its largest unit."""
    for name, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= length:
            return counted(math.ceil(seconds / length), name)
    return f"{seconds:.3g} s"


def moment_text(value: str) -> str:
    """Write an ISO text with a space between date and time."""
    return value.replace("T", " ")


def edge_text(histogram: Histogram, index: int, kind: str) -> str:
    """Write where a bar begins: *index* of them, or their number for where the last one ends."""
    behind = histogram.width * index
    if not isinstance(histogram.start, str):
        return figure(histogram.start + behind)
    try:
        return _moment(histogram.start, kind, timedelta(seconds=behind))
    except OverflowError:  # beyond the calendar
        return "9999-12-31"


def _moment(start: str, kind: str, behind: timedelta) -> str:
    if kind == "time":
        clock = datetime.combine(date(1970, 1, 1), datetime.fromisoformat(f"1970-01-01T{start}").time())
        return (clock + behind).time().isoformat("seconds")
    moment = datetime.fromisoformat(start) + behind
    return moment.date().isoformat() if kind == "date" else f"{moment:%Y-%m-%d %H:%M}"
