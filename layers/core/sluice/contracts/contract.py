"""
What a table is agreed to be: a Frictionless Table Schema, and checks of the table as a whole beside it.

Source of the schema: https://specs.frictionlessdata.io/table-schema/ (version 1).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

DEFAULT_MISSING = ("",)
DEFAULT_TRUE = ("true", "True", "TRUE", "1")
DEFAULT_FALSE = ("false", "False", "FALSE", "0")


@dataclass(frozen=True, slots=True)
class Constraints:
    """
    What each cell of a field must hold to; None or False demands nothing.

    Bounds and *enum* hold values as `field_types.reader` reads them; lengths are in characters, of an object
    or array in members.
    """

    required: bool = False
    unique: bool = False
    minimum: Any = None
    maximum: Any = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    enum: tuple[Any, ...] | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """One column as it is agreed; *name* is its label."""

    name: str
    type: str = "string"
    format: str = "default"
    constraints: Constraints = field(default_factory=Constraints)
    decimal_char: str = "."
    group_char: str = ""
    bare_number: bool = True
    true_values: tuple[str, ...] = DEFAULT_TRUE
    false_values: tuple[str, ...] = DEFAULT_FALSE


@dataclass(frozen=True, slots=True)
class Freshness:
    """The newest date of *field* lies at most *days* before the file's arrival."""

    field: str
    days: float


@dataclass(frozen=True, slots=True)
class TableChecks:
    """
    What the table as a whole must hold to.

    *missing* is the largest share of rows (0 to 1) in which a field may lack its value, *invalid* the largest
    share of its values that may break the field's type or constraints. A table without *header* is matched by
    position.
    """

    least_rows: int = 0
    most_rows: int | None = None
    missing: Mapping[str, float] = field(default_factory=dict)
    invalid: Mapping[str, float] = field(default_factory=dict)
    fresh: Freshness | None = None
    extra_columns: bool = False
    missing_columns: bool = False
    ordered: bool = False
    header: bool = True


@dataclass(frozen=True, slots=True)
class Contract:
    """An agreement about a table; made by `sluice.contracts.reading.read_contract`."""

    fields: tuple[Field, ...]
    primary_key: tuple[str, ...] = ()
    missing_values: tuple[str, ...] = DEFAULT_MISSING
    checks: TableChecks = field(default_factory=TableChecks)

    @property
    def keys(self) -> tuple[tuple[str, ...], ...]:
        """Names of fields that together tell each row apart: the primary key, then each unique field."""
        unique = tuple((column.name,) for column in self.fields if column.constraints.unique)
        primary = (self.primary_key,) if self.primary_key else ()
        return primary + tuple(names for names in unique if names not in primary)
