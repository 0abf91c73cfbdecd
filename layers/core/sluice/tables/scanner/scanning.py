"""Profiles delimited text that is fed to it."""

import ctypes
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from ctypes import byref, c_char, c_uint32
from types import TracebackType
from typing import Any, Self

from sluice.tables.profiles import Fault, TableProfile
from sluice.tables.reading import read_table
from sluice.tables.scan_limits import ScanLimits
from sluice.tables.scanner.callbacks import Callbacks
from sluice.tables.scanner.cells import Cell, read_cells
from sluice.tables.scanner.library import MORE, NO_MEMORY, ON_CELLS, Bytes, check, check_done, library
from sluice.tables.scanner.options import ScanOptions, native_options

MERGE_NO_MEMORY = 1
MERGE_PROBLEMS = {
    2: "the parts have different columns",
    3: "the parts do not meet: one ends where the next does not begin",
    4: "the parts are written in different encodings",
    5: "the part before ended with a fault",
}


class PartsDoNotMeetError(Exception):
    """Parts of a table cannot be merged; profile the file in one pass."""


class Scanner:
    """
    Profiles delimited text that is fed to it in pieces of any size.

    Memory does not depend on how much is fed. Use it as a context manager: it frees what the library holds.
    With *state*, of another scanner, it begins as that one ended. Raises ValueError for options that make no
    sense and for bytes that are no state of this version.
    """

    def __init__(
        self,
        options: ScanOptions | None = None,
        limits: ScanLimits | None = None,
        *,
        state: bytes | None = None,
    ) -> None:
        self._limits = limits or ScanLimits()
        self._handle: int | None = None
        self.callbacks = Callbacks()
        """What the library calls, for the modules of this package."""
        self._finished = state is not None
        if state is None:
            native = native_options(options or ScanOptions(), self._limits)
            self._handle = library().sl_open(byref(native))
        else:
            self._handle = library().sl_read_state(state, len(state))
        if not self._handle and state is None:
            raise ValueError(f"these options make no sense: {options}, {limits}")
        if not self._handle:
            raise ValueError("these bytes are no state of this version of the scanner")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Free what the library holds; the scanner is of no use afterwards."""
        if self._handle:
            library().sl_close(self._handle)
            self._handle = None

    def __del__(self) -> None:
        with suppress(Exception):
            self.close()

    def feed(self, data: bytes | bytearray | memoryview) -> bool:
        """Take the next bytes; return whether more are wanted (no: a fault, or the part is complete)."""
        size = len(data) if isinstance(data, bytes) else memoryview(data).nbytes
        status = library().sl_feed(self._handle, _address(data), size)
        check(status)
        self.callbacks.raise_error()
        return bool(status == MORE)

    def watch(self, columns: Sequence[int], on_cells: Callable[[int, list[Cell]], None]) -> None:
        """
        Hand out the cells of *columns*: *on_cells* is called with a column's index and its next cells.

        It is called a block of rows at a time, for checks that the library does not make; set it before the
        first feed. An error that it raises ends feeding and is raised by feed or finish.
        """

        def hand_out(_: int | None, block: Any) -> None:
            on_cells(block.contents.column, read_cells(self._handle, block.contents))

        self.callbacks.keep(callback := ON_CELLS(self.callbacks.guarded(hand_out)))
        chosen = (c_uint32 * len(columns))(*columns)
        check_done(library().sl_watch(self._handle, chosen, len(columns), callback, None))

    @property
    def handle(self) -> int | None:
        """The library's own scanner, for the modules of this package."""
        return self._handle

    def labels(self) -> Sequence[str | None]:
        """Return the labels of the columns as far as they are known; None where the header has none."""
        labels: Sequence[str | None] = self._table()["labels"]
        return labels

    def finish(self) -> None:
        """Say that no bytes follow; only now can the figures be read."""
        if not self._finished:
            check(library().sl_finish(self._handle))
            self._finished = True
            self.callbacks.raise_error()

    def profile(self, name: str = "", fault: Fault | None = None) -> TableProfile:
        """Finish, and return the profile; *fault* is one met by whoever fed the bytes."""
        self.finish()
        return read_table(self._table(), self._column, name=name, limits=self._limits, fault=fault)

    def state(self) -> bytes:
        """Finish, and return the state, to be merged elsewhere by Scanner(state=...) and merge."""
        self.finish()
        return self._taken("sl_write_state")

    def merge(self, following: "Scanner") -> None:
        """
        Add the part of the table that follows this one; both must be finished.

        Raises PartsDoNotMeetError if they are not neighbours in one table; this scanner is then of no use.
        """
        problem = library().sl_merge(self._handle, following._handle)  # noqa: SLF001 - a scanner
        if problem == MERGE_NO_MEMORY:
            check(NO_MEMORY)
        if problem:
            raise PartsDoNotMeetError(MERGE_PROBLEMS[problem])

    def table(self) -> Mapping[str, Any]:
        """Finish, and return the raw figures of the table as a whole."""
        self.finish()
        return self._table()

    def _table(self) -> Mapping[str, Any]:
        raw: Mapping[str, Any] = json.loads(self._taken("sl_report_table"))
        return raw

    def _column(self, index: int) -> Mapping[str, Any]:
        raw: Mapping[str, Any] = json.loads(self._taken("sl_report_column", index))
        return raw

    def _taken(self, function: str, *arguments: int) -> bytes:
        taken = Bytes()
        check_done(getattr(library(), function)(self._handle, *arguments, byref(taken)))
        try:
            return ctypes.string_at(taken.data, taken.size)
        finally:
            library().sl_free(byref(taken))


def _address(data: bytes | bytearray | memoryview) -> Any:
    """Pass a buffer without copying it; a read-only one must be bytes."""
    if isinstance(data, bytes):
        return data
    view = memoryview(data)
    return bytes(view) if view.readonly else (c_char * view.nbytes).from_buffer(view)
