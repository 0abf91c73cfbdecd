"""What is measured of a column's values: numbers, moments, texts, and how many differ."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quantile:
    """The value that the share *q* of the values does not exceed, off by at most *error*."""

    q: float
    value: float | str
    error: float


@dataclass(frozen=True, slots=True)
class Histogram:
    """
    Counts of values in bars of equal *width*; bar i begins at start + i * width.

    The counts are exact. Dates begin with an ISO text and have a width in seconds.
    """

    start: float | str
    width: float
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Numbers:
    """
    Figures of the cells that are numbers.

    *sum* is exact before it is rounded to a double (an int stays exact); *std* is the sample standard
    deviation, None for fewer than two values. What is beyond a double is None. *decimal_separator* is how
    ambiguous cells such as 1,234 were read.
    """

    count: int
    min: float
    max: float
    sum: float | None
    avg: float | None
    std: float | None
    zeros: int
    negatives: int
    quantiles: tuple[Quantile, ...]
    histogram: Histogram
    decimal_separator: str = "."
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DayOrder:
    """
    Which of day and month comes first, and why: cells that allow only one order, and cells that allow both.

    *ambiguous*: no cell decides, *order* is then an assumption.
    """

    order: str
    ambiguous: bool
    day_first: int
    month_first: int
    either: int


@dataclass(frozen=True, slots=True)
class Moments:
    """Figures, as ISO texts, of cells that are dates, datetimes (UTC where they name a zone) or times."""

    count: int
    min: str
    max: str
    avg: str
    quantiles: tuple[Quantile, ...]
    histogram: Histogram
    formats: dict[str, int]
    day_order: DayOrder | None = None


@dataclass(frozen=True, slots=True)
class Texts:
    """Lengths in characters and the first and last text by code point, of all cells with a value."""

    min_length: int
    max_length: int
    avg_length: float
    first: str
    last: str
    padded: int = 0


@dataclass(frozen=True, slots=True)
class Distinct:
    """How many different texts; *error* is the estimate's relative standard error, 0 if it is exact."""

    count: int
    error: float


@dataclass(frozen=True, slots=True)
class TopValue:
    """A frequent text: its true count lies between *count* and *count* + *error*."""

    text: str
    count: int
    error: int = 0
    truncated: bool = False
