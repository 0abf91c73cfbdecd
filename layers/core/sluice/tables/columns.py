"""What a column of a table was found to hold."""

from dataclasses import dataclass, field

from sluice.tables.column_measures import Distinct, Moments, Numbers, Texts, TopValue

TYPES = (
    "int", "float", "decimal", "bool", "date", "datetime", "time", "uuid", "email", "url", "json", "string",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Example:
    """One cell: *row* as a spreadsheet numbers it, *byte_offset* in the uncompressed file."""

    row: int
    byte_offset: int
    text: str
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class Missing:
    """
    Cells without a value.

    *percentage* is of all rows. *tokens* counts each spelling taken for "no value"; *absent* counts cells
    that short rows lack, which belong to no token.
    """

    count: int
    percentage: float
    tokens: dict[str, int]
    absent: int = 0


@dataclass(frozen=True, slots=True)
class Invalid:
    """Cells with a value that do not parse as the column's type; *percentage* is of the cells with one."""

    count: int
    percentage: float
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """
    One column. *type* is one of TYPES; *count* is the number of cells with a value.

    *kinds* counts the cells by the most specific kind each one parses as, before any type is chosen for the
    column. *repeats_seen* proves that the column is no key; *unique_looking* only says that nothing speaks
    against it.
    """

    index: int
    label: str
    type: str
    count: int
    missing: Missing
    invalid: Invalid
    kinds: dict[str, int]
    distinct: Distinct
    top_values: tuple[TopValue, ...] = ()
    top_values_exact: bool = True
    numbers: Numbers | None = None
    moments: Moments | None = None
    texts: Texts | None = None
    empty: bool = False
    constant: bool = False
    unique_looking: bool = False
    repeats_seen: bool = False
    zero_padded_codes: int = 0
    placeholders_kept: dict[str, int] = field(default_factory=dict)
