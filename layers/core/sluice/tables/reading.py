"""Read the scanner's raw report of a table into a table profile."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sluice.tables.column_reading import decide, placeholders, read_column, read_examples
from sluice.tables.columns import ColumnProfile
from sluice.tables.faults import read_fault
from sluice.tables.findings import duplicate_labels, table_findings
from sluice.tables.profiles import Dialect, Fault, Ragged, TableProfile
from sluice.tables.scan_limits import ScanLimits

HEADER_EVIDENCE = {
    "pinned": "it was said so",
    "typed_below": "the first row is text where rows below hold numbers, dates or the like",
    "new_text": "the first row is text that its columns do not hold again (an assumption)",
    "only_row": "there is one row, of text (an assumption)",
    "none_typed": "the first row holds numbers, dates or the like",
    "none_repeated": "cells of the first row are empty or met again below it",
}
ENCODING_EVIDENCE = {
    "ascii": "every byte is ASCII",
    "utf-8": "every byte sequence beyond ASCII is UTF-8, or nearly every one",
    "utf-16-le": "every second byte of the first ones is zero",
    "utf-16-be": "every other byte of the first ones is zero",
    "iso-8859-1": "the first bytes beyond ASCII are not UTF-8, and none is between 0x80 and 0x9F",
    "windows-1252": "the first bytes beyond ASCII are not UTF-8, and some are of its own 0x80 to 0x9F",
}
LINE_ENDS = {"lf": "LF", "crlf": "CRLF", "cr": "CR"}

Raw = Mapping[str, Any]


def read_table(
    raw: Raw, raw_column: Callable[[int], Raw], *, name: str, limits: ScanLimits, fault: Fault | None = None
) -> TableProfile:
    """
    Return the profile of a raw report; *raw_column* hands out the raw report of one column at a time.

    *fault* is one met outside the scanner, such as a broken compressed stream; the scanner's own comes first.
    """
    own = read_fault(raw["fault"], limits)
    columns = _read_columns(raw, raw_column)
    dialect = _read_dialect(raw["dialect"]) if raw["columns"] else None
    return TableProfile(
        name=name,
        bytes=raw["bytes"],
        row_count=raw["rows"],
        dialect=dialect,
        columns=columns,
        ragged=Ragged(
            raw["short_rows"],
            raw["long_rows"],
            read_examples(raw["short_examples"]),
            read_examples(raw["long_examples"]),
        ),
        blank_rows=raw["blank_rows"],
        duplicate_labels=duplicate_labels(columns),
        candidate_keys=tuple(c.label for c in columns if c.unique_looking and c.count == raw["rows"]),
        findings=table_findings(raw, dialect, columns),
        # A broken stream ends the table early, so that a quote left open is only its echo.
        fault=fault if fault and (own is None or own.code in ("unterminated_quote", "empty")) else own,
    )


def _read_columns(raw: Raw, raw_column: Callable[[int], Raw]) -> tuple[ColumnProfile, ...]:
    labels = [
        label if label is not None else _unlabelled(raw, index) for index, label in enumerate(raw["labels"])
    ]
    used = _used_as_missing(raw_column(index) for index in range(len(labels)))
    return tuple(read_column(raw_column(index), index, label, used) for index, label in enumerate(labels))


def _unlabelled(raw: Raw, index: int) -> str:
    return "" if raw["dialect"]["header"] else f"column_{index + 1}"


def _used_as_missing(columns: Iterable[Raw]) -> set[str]:
    """Return the placeholders that a typed column of the table has where a value is missing."""
    used: set[str] = set()
    for column in columns:
        if column["texts"] and decide(column).type != "string":
            used |= placeholders(column)
    return used


def _read_dialect(raw: Raw) -> Dialect:
    marked = raw["byte_order_mark"] > 0
    evidence = "a byte order mark says so" if marked else ENCODING_EVIDENCE[raw["encoding"]]
    return Dialect(
        delimiter=raw["delimiter"],
        quote=raw["quote"],
        escape=raw["escape"],
        header=raw["header"],
        header_evidence=HEADER_EVIDENCE[raw["header_evidence"]],
        encoding=raw["encoding"],
        encoding_evidence=evidence,
        byte_order_mark=marked,
        line_ends={name: raw[key] for key, name in LINE_ENDS.items() if raw[key]},
        single_column=raw["single_column"],
    )
