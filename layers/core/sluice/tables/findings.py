"""What a person should know of a table before its figures."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sluice.tables.column_findings import column_findings, counted
from sluice.tables.column_reading import read_examples
from sluice.tables.columns import ColumnProfile
from sluice.tables.profiles import NOTE, WARNING, Dialect, Finding

AGREEMENT = 0.9  # share of the sampled rows with one width, below which the delimiter is in doubt
# Code, name of its examples in the raw report, and what is said: subject of one and of many, and the rest.
ODD_BYTES = (
    (
        "stray_quotes",
        "stray_examples",
        ("quote stands", "quotes stand"),
        "inside unquoted cells or behind a closing quote: kept as text.",
    ),
    ("nul_bytes", "nul_examples", ("NUL byte is", "NUL bytes are"), "in the text."),
    (
        "invalid_bytes",
        "invalid_examples",
        ("byte is", "bytes are"),
        "not valid in the file's encoding: read as U+FFFD.",
    ),
)

Raw = Mapping[str, Any]


def table_findings(
    raw: Raw, dialect: Dialect | None, columns: Sequence[ColumnProfile]
) -> tuple[Finding, ...]:
    """Return the findings of a table, those of the table as a whole first."""
    if dialect is None:
        return ()
    found = [*_of_dialect(raw, dialect), *_of_rows(raw), *_of_bytes(raw), *_of_labels(columns)]
    for column in columns:
        found.extend(column_findings(column))
    return tuple(found)


def duplicate_labels(columns: Iterable[ColumnProfile]) -> tuple[str, ...]:
    """Return each label that several columns bear, once."""
    counts = Counter(column.label for column in columns)
    return tuple(label for label, count in counts.items() if count > 1)


def _of_dialect(raw: Raw, dialect: Dialect) -> Iterator[Finding]:
    if not dialect.header:
        yield Finding("no_header", NOTE, f"The table has no header: {dialect.header_evidence}.")
    elif raw["rows"] == 0 and raw["fault"] is None:
        yield Finding("header_only", WARNING, "The table has a header but no rows.")
    if len(dialect.line_ends) > 1:
        ends = ", ".join(f"{count:,} {name}" for name, count in dialect.line_ends.items())
        yield Finding("mixed_line_ends", WARNING, f"Lines end in different ways: {ends}.")
    if dialect.encoding in ("iso-8859-1", "windows-1252"):
        yield Finding("assumed_encoding", NOTE, f"Read as {dialect.encoding}: {dialect.encoding_evidence}.")
    if raw["dialect"]["sampled_agreement"] < AGREEMENT and raw["columns"] > 1:
        share = raw["dialect"]["sampled_agreement"]
        yield Finding(
            "uncertain_delimiter",
            WARNING,
            f"Only {share:.0%} of the first rows have the same number of cells.",
        )


def _of_rows(raw: Raw) -> Iterator[Finding]:
    columns = raw["columns"]
    for code, word, lack in (("short_rows", "fewer", "missing"), ("long_rows", "more", "left out")):
        if raw[code]:
            examples = read_examples(raw[f"{code.split('_')[0]}_examples"])
            message = (
                f"{counted(raw[code], 'row has', 'rows have')} {word} cells than the "
                f"{counted(columns, 'column', 'columns')}; those cells are {lack}."
            )
            if code == "long_rows" and raw[code] > raw["rows"] / 2:
                message += " Most rows have: the first may lack labels, or be a title above the header."
            yield Finding(code, WARNING, message, count=raw[code], examples=examples)
    if raw["blank_rows"]:
        message = f"{counted(raw['blank_rows'], 'blank row is', 'blank rows are')} passed over."
        yield Finding("blank_rows", NOTE, message, count=raw["blank_rows"])


def _of_bytes(raw: Raw) -> Iterator[Finding]:
    for code, examples, subject, words in ODD_BYTES:
        if count := raw[code]:
            message = f"{counted(count, *subject)} {words}"
            yield Finding(code, WARNING, message, count=count, examples=read_examples(raw[examples]))


def _of_labels(columns: Sequence[ColumnProfile]) -> Iterator[Finding]:
    for label in duplicate_labels(columns):
        count = sum(column.label == label for column in columns)
        yield Finding(
            "duplicate_label", WARNING, f"{count} columns are labelled {label!r}.", column=label, count=count
        )
    for column in columns:
        if not column.label:
            yield Finding("empty_label", WARNING, f"Column {column.index + 1} has no label.", column="")
