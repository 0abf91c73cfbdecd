"""Cells of chosen columns are handed out for checks that the library does not make."""

import pytest

from sluice.tables.scanner.counting import count_byte, count_cells
from sluice.tables.scanner.options import ScanOptions
from sluice.tables.scanner.scanning import Scanner
from tests.tables import mixed_table

TABLE = b'id,name,day\n1,"a ""b""",2024-01-31\n2,,x\n'


def test_cells_come_with_row_kind_and_place():
    """Only those of the columns asked for, in the order of rows; a lacking cell is empty."""
    taken = []
    with Scanner() as scanner:
        scanner.watch(
            [1, 2],
            lambda column, cells: taken.extend(
                (column, c.row, c.text, c.kind, c.byte_offset()) for c in cells
            ),
        )
        scanner.feed(TABLE)
        scanner.finish()

    assert [
        (1, 2, 'a "b"', "string", 14),
        (1, 3, "", "missing", 37),
        (2, 2, "2024-01-31", "date", 24),
        (2, 3, "x", "string", 38),
    ] == taken


def test_every_cell_is_handed_out_once():
    """Over many blocks, fed in small pieces."""
    data, seen = mixed_table(30_000), []
    with Scanner() as scanner:
        scanner.watch([0], lambda _, cells: seen.extend(int(cell.text) for cell in cells))
        for start in range(0, len(data), 10_007):
            scanner.feed(data[start : start + 10_007])
        scanner.finish()

    assert list(range(1, 30_001)) == seen


def test_an_error_of_the_check_is_raised_by_the_feed_that_met_it():
    """It does not unwind through the library."""

    def check(_column, _cells):
        raise LookupError

    with Scanner() as scanner:
        scanner.watch([0], check)
        scanner.feed(TABLE)
        with pytest.raises(LookupError):
            scanner.finish()


@pytest.mark.parametrize("options", [{"delimiter": "\n"}, {"delimiter": '"', "quote": '"'}, {"columns": 600}])
def test_options_that_make_no_sense_are_refused(options):
    """At once, as an error of the caller."""
    with pytest.raises(ValueError, match="no sense"):
        Scanner(ScanOptions(**options))


def test_bytes_and_cells_are_counted():
    """Of more bytes than a counter of one byte holds."""
    assert 1000 == count_byte(b'x"' * 1000, '"')
    assert 3 * 30_001 == count_cells(b'a,"b,c",d\n' * 30_001)
