"""The rows that break a contract, read once more from the table, as a CSV for spreadsheets."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import BinaryIO

from sluice.contracts.breaches import Breach, shortened
from sluice.contracts.verdicts import Verdict
from sluice.tables.csv_profiling import feed_stream
from sluice.tables.scan_limits import ScanLimits
from sluice.tables.scanner.options import ScanOptions
from sluice.tables.scanner.picking import pick_rows
from sluice.tables.scanner.scanning import Scanner

CELL_CHARACTERS = 10_000  # a longer cell is cut; spreadsheets end at 32,767
ALL_CHARACTERS = 4_000_000  # of all rows; those beyond are left out
# Source: OWASP, "CSV Injection". A plain number is no formula, whatever its sign.
FORMULA_STARTS = (
    "=", "+", "-", "@", "\t", "\r", "\n",
    "\uff1d", "\uff0b", "\uff0d", "\uff20",  # the wide forms of the first four
)  # fmt: skip
PLAIN_NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)*")


@dataclass(frozen=True, slots=True)
class PickedRow:
    """One row: where it begins, and its cells."""

    row: int
    byte_offset: int
    cells: tuple[str, ...]


def read_rows(
    stream: BinaryIO, rows: Sequence[int], options: ScanOptions, limits: ScanLimits | None = None
) -> dict[int, PickedRow]:
    """
    Return some rows of the table in *stream* by their numbers, which rise.

    The stream is read up to the last of them. Rows that would exceed ALL_CHARACTERS in sum are left out.
    """
    found: dict[int, PickedRow] = {}
    room = ALL_CHARACTERS
    limits = limits or ScanLimits()

    def take(row: int, byte_offset: int, cells: list[str]) -> None:
        nonlocal room
        cut = tuple(cell[:CELL_CHARACTERS] for cell in cells)
        room -= sum(map(len, cut)) + len(cut)
        if room >= 0:
            earlier = found.get(row)
            whole = (*earlier.cells, *cut) if earlier else cut
            found[row] = PickedRow(row, earlier.byte_offset if earlier else byte_offset, whole)

    with Scanner(options, limits) as scanner:
        pick_rows(scanner, rows, take)
        feed_stream(scanner, stream, limits)
        scanner.finish()
    return found


def with_cells(verdict: Verdict, rows: Mapping[int, PickedRow], labels: Sequence[str]) -> Verdict:
    """Return *verdict* with the cells of rows that repeat a key, which are known only now."""
    places = {label: place for place, label in reversed(list(enumerate(labels)))}

    def told(breach: Breach) -> Breach:
        row = rows.get(breach.row or 0)
        if row is None or breach.byte_offset is not None:
            return breach
        place = places.get(breach.column or "")
        cell = shortened(row.cells[place]) if place is not None and place < len(row.cells) else None
        return replace(breach, cell=cell, byte_offset=row.byte_offset)

    return replace(verdict, breaches=tuple(map(told, verdict.breaches)))


def bad_rows_csv(breaches: Iterable[Breach], rows: Mapping[int, PickedRow], labels: Sequence[str]) -> bytes:
    """
    Return the rows of *breaches* with the reasons, safe to open in a spreadsheet.

    UTF-8 with a byte order mark, every cell quoted, rows as a spreadsheet numbers them; row 0 stands for the
    table as a whole.
    """
    written = io.StringIO()
    writer = csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(map(_harmless, ("row", "reasons", *labels)))
    for number, group in groupby(sorted(breaches, key=_row), key=_row):
        reasons = "; ".join(map(_reason, group))
        cells = rows[number].cells if number in rows else ()
        writer.writerow((number, *map(_harmless, (reasons, *cells))))
    return written.getvalue().encode("utf-8-sig", "replace")


def _row(breach: Breach) -> int:
    return breach.row or 0


def _reason(breach: Breach) -> str:
    return f"{breach.column}: {breach.message}" if breach.column is not None else breach.message


def _harmless(text: str) -> str:
    """Return *text* as one that no spreadsheet takes for a formula."""
    begins = text.startswith(FORMULA_STARTS) or text.lstrip().startswith(FORMULA_STARTS)
    return f"'{text}" if begins and not PLAIN_NUMBER.fullmatch(text) else text
