"""Holds the table that a scanner reads against a contract: plans for columns, and keys."""

import ctypes
from collections.abc import Callable, Sequence
from ctypes import byref, c_char, c_uint32, c_uint64
from dataclasses import dataclass
from typing import Any, Protocol

from sluice.tables.scanner.library import (
    DONE,
    NO_MEMORY,
    ON_CELLS,
    ON_COLUMNS,
    ON_KEYS,
    ON_ODD_ROW,
    Contract,
    Repetition,
    check,
    library,
)
from sluice.tables.scanner.scanning import Scanner

RECORD_BYTES = 24
PARTITIONS = 256


@dataclass(frozen=True, slots=True)
class Suspects:
    """
    Cells of one column that its plan does not pass, in the order of rows.

    *missing* says of each whether it is a missing cell that is required. *byte_offset* takes an index; it is
    good only while the cells are handed out.
    """

    rows: Sequence[int]
    texts: Sequence[str]
    missing: bytes
    byte_offset: Callable[[int], int]


class Listener(Protocol):
    """What hears of a table as it is read."""

    def on_columns(self, holding: "Holding", labels: Sequence[str | None]) -> None:
        """Hear the columns, before the first row: the time to set plans and keys."""
        ...

    def on_suspects(self, column: int, suspects: Suspects) -> None:
        """Judge cells."""
        ...

    def on_odd_row(self, row: int, byte_offset: int, width: int) -> None:
        """Hear of a row with fewer or more cells than columns: of the first 100 of each."""
        ...

    def on_keys(self, key: int, records: bytes, starts: Sequence[int]) -> None:
        """Take the records of a key: RECORD_BYTES each, in PARTITIONS that begin at *starts*."""
        ...


class Holding:
    """What a listener can ask of the scanner; it must outlive the scanner's feeding."""

    def __init__(self, scanner: Scanner, listener: Listener) -> None:
        self._scanner = scanner
        self._listener = listener
        self._calls = Contract(
            on_columns=ON_COLUMNS(scanner.guarded(self._columns)),
            on_suspects=ON_CELLS(scanner.guarded(self._suspects)),
            on_odd_row=ON_ODD_ROW(scanner.guarded(self._odd_row)),
            on_keys=ON_KEYS(scanner.guarded(self._keys)),
            context=None,
        )
        _check(library().sl_hold_against(scanner.handle, byref(self._calls)))

    def check_column(self, column: int, plan: bytes) -> None:
        """Check a column by a plan of `check_plans`, in place of the one it may have."""
        _check(library().sl_check_column(self._scanner.handle, column, plan, len(plan)))

    def add_key(self, columns: Sequence[int], most: int) -> None:
        """Watch that rows differ in these checked columns; *most* records are handed out at a time."""
        chosen = (c_uint32 * len(columns))(*columns)
        _check(library().sl_add_key(self._scanner.handle, chosen, len(columns), most))

    def flush_keys(self) -> None:
        """Hand out the records that are still held."""
        library().sl_flush_keys(self._scanner.handle)
        self._scanner.raise_error()

    def missing(self, column: int) -> int:
        """Return how many cells of a checked column are missing, without those that short rows lack."""
        return int(library().sl_missing(self._scanner.handle, column))

    def _columns(self, _: Any) -> None:
        self._listener.on_columns(self, self._scanner.labels())

    def _suspects(self, _: Any, block: Any) -> None:
        found, text_at = block.contents, ctypes.string_at
        count, data = found.rows, found.data
        texts = [
            text_at(data + at, size).decode("utf-8", "replace")
            for at, size in zip(found.at[:count], found.size[:count], strict=True)
        ]
        raw = found.raw
        offset = library().sl_offset
        suspects = Suspects(
            found.row[:count],
            texts,
            bytes(found.kind[:count]),
            lambda i: offset(self._scanner.handle, raw[i]),
        )
        self._listener.on_suspects(found.column, suspects)

    def _odd_row(self, _: Any, row: int, offset: int, width: int) -> None:
        self._listener.on_odd_row(row, offset, width)

    def _keys(self, _: Any, key: int, records: Any, count: int, starts: Any) -> None:
        taken = ctypes.string_at(records, count * RECORD_BYTES)
        self._listener.on_keys(key, taken, starts[: PARTITIONS + 1])


class Repetitions:
    """Rows whose key an earlier row has: the first ones, and how many there are."""

    def __init__(self, most: int) -> None:
        self.total = 0
        self._found = (Repetition * (2 * most))()
        self._used = c_uint32(0)
        self._most = most

    def count(self, records: bytearray) -> None:
        """Look through all records of one partition, or of all; sorts them."""
        if records:
            held = (c_char * len(records)).from_buffer(records)
            count = len(records) // RECORD_BYTES
            self.total += library().sl_repetitions(
                held, count, self._found, 2 * self._most, byref(self._used)
            )

    def first(self) -> list[tuple[int, int]]:
        """Return pairs of a row and the first row with its key, in order."""
        pairs = sorted((one.row, one.first_row) for one in self._found[: self._used.value])
        return pairs[: self._most]


def pick_rows(scanner: Scanner, rows: Sequence[int], on_cells: Callable[[int, int, list[str]], None]) -> None:
    """
    Have *scanner* take no profile but hand out rows: *on_cells* gets row, byte offset and cells.

    Of a row of more than 4,096 cells it is called for each part, with the part's own offset. *rows* must
    rise; feed says that no more is wanted when the last one was found.
    """

    def hand_out(_: Any, block: Any) -> None:
        found = block.contents
        texts = [
            ctypes.string_at(found.data + found.at[i], found.size[i]).decode("utf-8", "replace")
            for i in range(found.rows)
        ]
        on_cells(found.row[0], library().sl_offset(scanner.handle, found.raw[0]), texts)

    callback = ON_CELLS(scanner.guarded(hand_out))
    scanner.keep(callback)
    chosen = (c_uint64 * len(rows))(*rows)
    _check(library().sl_pick(scanner.handle, chosen, len(rows), callback, None))


def _check(status: int) -> None:
    check(0 if status == DONE else NO_MEMORY)
