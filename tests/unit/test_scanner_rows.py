"""Cells and rows: the scanner against csv-spectrum and Python's csv module."""

import csv
import io
import json
import string
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tables import profile_of, rows_of

SPECTRUM = Path(__file__).parents[1] / "data" / "csv-spectrum"


@pytest.mark.parametrize("path", sorted(SPECTRUM.glob("csvs/*.csv")), ids=lambda path: path.stem)
def test_the_csv_spectrum_reads_as_its_authors_say(path):
    """Labels and cells equal the JSON beside each file of the suite."""
    data = path.read_bytes()
    expected = json.loads((SPECTRUM / "json" / f"{path.stem}.json").read_text())
    expected = [expected] if isinstance(expected, dict) else expected  # location_coordinates.json is no list
    labels = list(expected[0])

    profile = profile_of(data, header=True, delimiter=",", quote='"')

    assert labels == [column.label for column in profile.columns]
    assert len(expected) == profile.row_count
    rows = rows_of(data, len(labels), header=True, delimiter=",", quote='"')
    if (
        path.stem == "location_coordinates"
    ):  # an error of the suite: its two files give different phone numbers
        expected[0]["Contact Phone Number"] = "2095257564"
    assert [[row[label] for label in labels] for row in expected] == [texts for _, texts in rows]


TEXTS = st.text(st.sampled_from(string.ascii_letters + string.digits + ' ,;"\n\r\té€😀.-'), max_size=12)
TABLES = st.integers(1, 6).flatmap(
    lambda width: st.lists(st.lists(TEXTS, min_size=width, max_size=width), min_size=1, max_size=30)
)


@settings(max_examples=400)
@given(
    TABLES,
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_what_pythons_csv_module_writes_is_read_back(table, delimiter, line_end, quoting):
    """Any text in any cell, whatever the delimiter and line end; rows are numbered from 1."""
    if any({"\r", "\n"} & set(text) for row in table for text in row):
        quoting = csv.QUOTE_ALL  # older writers leave a lone CR or LF unquoted
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=line_end, quoting=quoting).writerows(table)

    rows = rows_of(out.getvalue().encode(), len(table[0]), header=False, delimiter=delimiter, quote='"')

    assert list(enumerate(table, 1)) == rows


SOUP = st.text(st.sampled_from('ab,"\n\r 1'), max_size=200)


@settings(max_examples=1500)
@given(SOUP)
def test_any_soup_of_quotes_and_delimiters_reads_as_in_pythons_csv_module(text):
    """
    Quotes where none belong, line ends of every kind: the same rows.

    But a blank line of a table of one column is a missing cell, and a quote left open is a fault.
    """
    expected = list(csv.reader(io.StringIO(text, newline=""), strict=False))
    profile = profile_of(text, header=False, delimiter=",", quote='"')
    if profile.fault:
        assert profile.fault.code in ("empty", "unterminated_quote")
        return
    filled = [row for row in expected if row]
    width = len(profile.columns)
    if width > 1:
        assert len(filled) == profile.row_count
        assert sum(len(row) < width for row in filled) == profile.ragged.short
        assert sum(len(row) > width for row in filled) == profile.ragged.long
        padded = [(row + [""] * width)[:width] for row in filled]
        assert padded == [
            texts for _, texts in rows_of(text.encode(), width, header=False, delimiter=",", quote='"')
        ]
    else:
        texts = [texts[0] for _, texts in rows_of(text.encode(), 1, header=False, delimiter=",", quote='"')]
        assert [row[0] for row in filled if row[0]] == [text for text in texts if text]


def test_a_row_is_numbered_as_a_spreadsheet_does_and_located_by_its_byte():
    """The header is row 1, a cell of two lines is one row, a blank line counts."""
    data = b'id,note\n1,"two\nlines"\n\n2,x\nbad,y\n' + b"3,z\n" * 20

    column = profile_of(data).columns[0]

    assert [(5, data.index(b"bad"), "bad")] == [
        (e.row, e.byte_offset, e.text) for e in column.invalid.examples
    ]


def test_an_offset_is_one_of_the_original_bytes_in_every_encoding():
    """Text before the cell has characters of two, three and four bytes in UTF-8, and others in the file."""
    text = "näme,id\n" + "é€,1\n" * 30 + "é€,bad\n"
    encodings = {
        "utf-8": "utf-8",
        "utf-8-sig": "utf-8",
        "utf-16": "utf-16-le",
        "utf-16-be": "utf-16-be",
        "windows-1252": "windows-1252",
    }
    for encoding, unmarked in encodings.items():
        data = text.encode(encoding)
        example = profile_of(data).columns[1].invalid.examples[0]
        assert data.index("bad".encode(unmarked)) == example.byte_offset
        assert 32 == example.row
