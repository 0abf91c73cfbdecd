"""The rows that break a contract: read by number, and written so that no spreadsheet runs them."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluice.contracts.bad_rows import ALL_CHARACTERS, PickedRow, bad_rows_csv, read_rows
from sluice.contracts.breaches import Breach
from sluice.tables.scanner.options import ScanOptions

HEADED = ScanOptions(header=True)


def picked(data, *rows, options=HEADED):
    found = read_rows(io.BytesIO(data), rows, options)
    return {number: (row.byte_offset, row.cells) for number, row in found.items()}


def test_rows_are_read_by_number_with_place_and_cells():
    """Quotes are taken off, blank rows and rows of several lines count as the scanner counts them."""
    table = b'a,b\n1,"x ""y"""\n\n"l\n2",3\n4,5\n'
    assert picked(table, 2, 4, 5) == {2: (4, ("1", 'x "y"')), 4: (17, ("l\n2", "3")), 5: (25, ("4", "5"))}


def test_short_and_long_rows_have_the_cells_they_have():
    assert picked(b"a,b\n1\n1,2,3\n", 2, 3) == {2: (4, ("1",)), 3: (6, ("1", "2", "3"))}


def test_rows_that_are_not_there_are_left_out():
    assert picked(b"a\n1\n", 2, 9) == {2: (2, ("1",))}
    assert picked(b"", 1) == {}
    assert picked(b"a,b\n1,2\n", 3) == {}


def test_a_row_wider_than_a_block_is_whole():
    width = 9_000
    table = (",".join("x" * width) + "\n" + ",".join(str(n) for n in range(width)) + "\n").encode()
    from sluice.tables.scan_limits import ScanLimits  # noqa: PLC0415

    found = read_rows(io.BytesIO(table), [2], HEADED, ScanLimits(max_columns=width))
    assert found[2].cells == tuple(str(n) for n in range(width))
    assert found[2].byte_offset == 2 * width


def test_rows_beyond_all_bounds_are_left_out():
    table = b"a\n" + (b"x" * 9_999 + b"\n") * 1_000
    found = read_rows(io.BytesIO(table), range(2, 1_002), HEADED)
    assert sum(len(row.cells[0]) for row in found.values()) <= ALL_CHARACTERS
    assert 300 < len(found) < 500


@given(
    st.lists(st.lists(st.text(alphabet='ab,"\n\r é', max_size=6), min_size=2, max_size=2), max_size=20),
    st.data(),
)
def test_any_row_is_read_as_csv_reads_it(rows, data):
    """Whatever is in its cells, and whatever rows are wanted."""
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows([["a", "b"], *rows])
    wanted = sorted(data.draw(st.sets(st.integers(2, 22))))
    found = picked(
        text.getvalue().encode(), *wanted, options=ScanOptions(header=True, delimiter=",", quote='"')
    )
    assert {number: list(cells) for number, (_, cells) in found.items()} == {
        number: rows[number - 2] for number in wanted if number - 2 < len(rows)
    }


FORMULAS = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    '=HYPERLINK("http://a.example")',
    "-cmd|' /C calc'!A0",
    "\uff1d1",
    "\uff20x",
    "+",
    "-",
    "=",
    "--1",
    "-1e3",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_nothing_that_begins_like_a_formula_is_left_as_it_is(text):
    """Neither in cells, nor in labels, nor in reasons that quote the contract."""
    breach = Breach("pattern", text, 2, text)
    written = bad_rows_csv([breach], {2: PickedRow(2, 0, (text,))}, [text])
    header, row = csv.reader(io.StringIO(written.decode("utf-8-sig"), newline=""))
    for cell in (header[2], row[1], row[2]):
        assert cell.startswith("'") or not cell.startswith(
            ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff20")
        )
    assert row[2] == f"'{text}"


@pytest.mark.parametrize("text", ["-5", "+5", "-1.5", "-1,234.5", "12", "a-b", "a=b", "", "'x"])
def test_numbers_and_plain_texts_stay_as_they_are(text):
    written = bad_rows_csv([Breach("type", "is odd", 2, "a")], {2: PickedRow(2, 0, (text,))}, ["a"])
    assert next(iter(list(csv.reader(io.StringIO(written.decode("utf-8-sig"))))[1:]))[2] == text


def test_the_reasons_of_a_row_stand_together():
    breaches = [
        Breach("missing-column", "is in the contract, but not in the table", column="c"),
        Breach("type", "is not an integer", 2, "a"),
        Breach("pattern", "does not match x+", 2, "b"),
        Breach("short-row", "has 1 cells where there are 2 columns", 3),
    ]
    written = bad_rows_csv(breaches, {2: PickedRow(2, 0, ("1", "y")), 3: PickedRow(3, 0, ("2",))}, ["a", "b"])
    assert written.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(io.StringIO(written.decode("utf-8-sig")))) == [
        ["row", "reasons", "a", "b"],
        ["0", "c: is in the contract, but not in the table"],
        ["2", "a: is not an integer; b: does not match x+", "1", "y"],
        ["3", "has 1 cells where there are 2 columns", "2"],
    ]
