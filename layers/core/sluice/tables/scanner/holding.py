"""Holds the table that a scanner reads against a contract: plans for columns, and keys."""

import ctypes
from collections.abc import Callable, Sequence
from ctypes import byref, c_uint32
from dataclasses import dataclass
from typing import Any, Protocol

from sluice.tables.scanner.library import (
    ON_CELLS,
    ON_COLUMNS,
    ON_KEYS,
    ON_ODD_ROW,
    Contract,
    check_done,
    library,
)
from sluice.tables.scanner.repetitions import RECORD_BYTES
from sluice.tables.scanner.scanning import Scanner

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
            on_columns=ON_COLUMNS(scanner.callbacks.guarded(self._columns)),
            on_suspects=ON_CELLS(scanner.callbacks.guarded(self._suspects)),
            on_odd_row=ON_ODD_ROW(scanner.callbacks.guarded(self._odd_row)),
            on_keys=ON_KEYS(scanner.callbacks.guarded(self._keys)),
            context=None,
        )
        check_done(library().sl_hold_against(scanner.handle, byref(self._calls)))

    def check_column(self, column: int, plan: bytes) -> None:
        """Check a column by a plan of `check_plans`, in place of the one it may have."""
        check_done(library().sl_check_column(self._scanner.handle, column, plan, len(plan)))

    def add_key(self, columns: Sequence[int], most: int) -> None:
        """Watch that rows differ in these checked columns; *most* records are handed out at a time."""
        chosen = (c_uint32 * len(columns))(*columns)
        check_done(library().sl_add_key(self._scanner.handle, chosen, len(columns), most))

    def flush_keys(self) -> None:
        """Hand out the records that are still held."""
        library().sl_flush_keys(self._scanner.handle)
        self._scanner.callbacks.raise_error()

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
