"""What a table was found to be."""

from dataclasses import dataclass
from typing import Any

from sluice.tables.columns import ColumnProfile, Example
from sluice.tables.records import from_json, to_json

PROFILE_VERSION = 1
WARNING, NOTE = "warning", "note"  # levels of a finding


@dataclass(frozen=True, slots=True)
class Dialect:
    """
    How the table is written.

    *line_ends* counts each kind met. *header_evidence* and *encoding_evidence* say in words why they were
    decided so. *single_column*: no delimiter made sense of the first rows.
    """

    delimiter: str
    quote: str | None
    escape: str | None
    header: bool
    header_evidence: str
    encoding: str
    encoding_evidence: str
    byte_order_mark: bool
    line_ends: dict[str, int]
    single_column: bool = False


@dataclass(frozen=True, slots=True)
class Ragged:
    """Rows with fewer (*short*) or more (*long*) cells than the table has columns."""

    short: int
    long: int
    short_examples: tuple[Example, ...] = ()
    long_examples: tuple[Example, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a person should know, as a sentence; *column* is a label, None for the table as a whole."""

    code: str
    level: str
    message: str
    column: str | None = None
    count: int = 0
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """Why the table could not be read to its end: what, and where as far as there is a place."""

    code: str
    message: str
    row: int | None = None
    byte_offset: int | None = None


@dataclass(frozen=True, slots=True)
class TableProfile:
    """
    A profile of a table; after a *fault* it covers the rows before it.

    *bytes* counts the uncompressed bytes read. *candidate_keys* are labels of columns without missing cells
    whose values all look different.
    """

    name: str
    bytes: int
    row_count: int
    dialect: Dialect | None
    columns: tuple[ColumnProfile, ...]
    ragged: Ragged
    blank_rows: int
    duplicate_labels: tuple[str, ...]
    candidate_keys: tuple[str, ...]
    findings: tuple[Finding, ...]
    fault: Fault | None = None
    compression: str | None = None
    version: int = PROFILE_VERSION

    def to_json(self) -> dict[str, Any]:
        """Return the profile as JSON-ready values."""
        document: dict[str, Any] = to_json(self)
        return document

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> "TableProfile":
        """Rebuild a profile from to_json's document, of this or a neighbouring release."""
        return from_json(cls, document)
