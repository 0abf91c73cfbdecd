"""The native CSV scanner: the one module that knows its C library."""

import ctypes
import json
import platform
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from ctypes import (
    CFUNCTYPE,
    POINTER,
    Structure,
    byref,
    c_char,
    c_char_p,
    c_int32,
    c_size_t,
    c_uint8,
    c_uint32,
    c_uint64,
    c_void_p,
)
from dataclasses import dataclass
from functools import cache, partial
from mmap import mmap
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sluice.profiles import Fault, TableProfile
from sluice.scan_limits import ScanLimits
from sluice.table_reading import read_table

API_VERSION = 1
MORE, DONE, NO_MEMORY = 0, 1, 2
MERGE_PROBLEMS = {
    2: "the parts have different columns",
    3: "the parts do not meet: one ends where the next does not begin",
    4: "the parts are written in different encodings",
    5: "the part before ended with a fault",
}
ENCODINGS = {"utf-8": 0, "utf-16-le": 1, "utf-16-be": 2, "windows-1252": 3}
KINDS = (
    "missing", "placeholder", "bool", "int", "code", "float", "float3",
    "decimal", "decimal_point", "decimal_comma", "decimal_comma3",
    "date", "date_day", "date_month", "date_either",
    "datetime", "datetime_day", "datetime_month", "datetime_either",
    "time", "uuid", "email", "url", "json", "string",
)  # fmt: skip
MACHINES = {"AMD64": "x86_64", "arm64": "aarch64"}


class ScannerUnavailableError(Exception):
    """The native library is not built for this machine; `make` in layers/core/native builds it."""


class PartsDoNotMeetError(Exception):
    """Parts of a table cannot be merged; profile the file in one pass."""


@dataclass(frozen=True, slots=True)
class ScanOptions:
    """
    What is known of a table beforehand; None leaves a choice to the scanner.

    A part of a table has *start* and *end*, the offsets of its bytes: rows that begin after *start* (or at
    0) and not after *end* belong to it. Feed from *start* on, past *end*, until feed says that it is done.
    """

    delimiter: str | None = None
    header: bool | None = None
    quote: str | None = None
    encoding: str | None = None
    columns: int = 0
    start: int = 0
    end: int | None = None
    in_quotes: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """
    One cell as it is handed out: its row, its text without quotes, and the most specific kind it parses as.

    *byte_offset* is a function, since it is rarely needed; it is good only while the cell's block is handed
    out.
    """

    row: int
    text: str
    kind: str
    byte_offset: Callable[[], int]


class _Options(Structure):
    _fields_ = (
        *((name, c_int32) for name in ("delimiter", "quote", "escape", "header", "encoding")),
        *((name, c_uint32) for name in ("columns", "max_columns", "max_cell_bytes", "max_row_bytes")),
        *((name, c_int32) for name in ("ranged", "in_quotes")),
        *((name, c_uint64) for name in ("start", "end")),
    )


class _CellBlock(Structure):
    _fields_ = (
        ("column", c_uint32),
        ("rows", c_uint32),
        ("data", c_void_p),
        *((name, POINTER(c_uint32)) for name in ("at", "size", "raw")),
        ("row", POINTER(c_uint64)),
        ("kind", POINTER(c_uint8)),
    )


_ON_CELLS = CFUNCTYPE(None, c_void_p, POINTER(_CellBlock))


class _Bytes(Structure):
    _fields_ = (("data", POINTER(c_uint8)), ("size", c_size_t))


def library_path() -> Path:
    """Return where this machine's library is built to."""
    machine = MACHINES.get(platform.machine(), platform.machine())
    suffix = "dylib" if sys.platform == "darwin" else "so"
    return Path(__file__).parent / "native" / f"libsluice_csv-{machine}.{suffix}"


@cache
def _library() -> ctypes.CDLL:
    path = library_path()
    if not path.exists():
        raise ScannerUnavailableError(f"{path} does not exist: run make in layers/core/native")
    library = ctypes.CDLL(str(path))
    signatures: dict[str, tuple[Any, list[Any]]] = {
        "sl_api_version": (c_uint32, []),
        "sl_open": (c_void_p, [POINTER(_Options)]),
        "sl_close": (None, [c_void_p]),
        "sl_feed": (c_int32, [c_void_p, c_void_p, c_size_t]),
        "sl_finish": (c_int32, [c_void_p]),
        "sl_watch": (c_int32, [c_void_p, POINTER(c_uint32), c_uint32, _ON_CELLS, c_void_p]),
        "sl_offset": (c_uint64, [c_void_p, c_uint32]),
        "sl_columns": (c_uint32, [c_void_p]),
        "sl_rows": (c_uint64, [c_void_p]),
        "sl_report_table": (c_int32, [c_void_p, POINTER(_Bytes)]),
        "sl_report_column": (c_int32, [c_void_p, c_uint32, POINTER(_Bytes)]),
        "sl_free": (None, [POINTER(_Bytes)]),
        "sl_write_state": (c_int32, [c_void_p, POINTER(_Bytes)]),
        "sl_read_state": (c_void_p, [c_char_p, c_size_t]),
        "sl_merge": (c_int32, [c_void_p, c_void_p]),
        "sl_count_byte": (c_uint64, [c_char_p, c_size_t, c_uint8]),
        "sl_count_cells": (c_uint64, [c_void_p, c_size_t, c_uint8, c_uint8, POINTER(c_uint64)]),
    }
    for name, (result, arguments) in signatures.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    if library.sl_api_version() != API_VERSION:
        raise ScannerUnavailableError(f"{path} is of another version: run make in layers/core/native")
    return library


def _check(status: int) -> None:
    if status == NO_MEMORY:
        raise MemoryError("the CSV scanner is out of memory")


def _address(data: bytes | bytearray | memoryview) -> Any:
    """Pass a buffer without copying it; a read-only one must be bytes."""
    if isinstance(data, bytes):
        return data
    view = memoryview(data)
    return bytes(view) if view.readonly else (c_char * view.nbytes).from_buffer(view)


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
        self._error: BaseException | None = None
        self._on_cells: Any = None
        self._finished = state is not None
        if state is None:
            native = _native_options(options or ScanOptions(), self._limits)
            self._handle = _library().sl_open(byref(native))
        else:
            self._handle = _library().sl_read_state(state, len(state))
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
            _library().sl_close(self._handle)
            self._handle = None

    def __del__(self) -> None:
        with suppress(Exception):
            self.close()

    def feed(self, data: bytes | bytearray | memoryview) -> bool:
        """Take the next bytes; return whether more are wanted (no: a fault, or the part is complete)."""
        size = len(data) if isinstance(data, bytes) else memoryview(data).nbytes
        status = _library().sl_feed(self._handle, _address(data), size)
        _check(status)
        self._raise_error()
        return bool(status == MORE)

    def watch(self, columns: Sequence[int], on_cells: Callable[[int, list[Cell]], None]) -> None:
        """
        Hand out the cells of *columns*: *on_cells* is called with a column's index and its next cells.

        It is called a block of rows at a time, for checks that the library does not make; set it before the
        first feed. An error that it raises ends feeding and is raised by feed or finish.
        """

        def hand_out(_: int | None, block: Any) -> None:
            if self._error is None:
                try:
                    on_cells(block.contents.column, self._cells(block.contents))
                except BaseException as error:  # noqa: BLE001 - it must not unwind through the library
                    self._error = error

        self._on_cells = _ON_CELLS(hand_out)
        chosen = (c_uint32 * len(columns))(*columns)
        _check(
            0
            if _library().sl_watch(self._handle, chosen, len(columns), self._on_cells, None) == DONE
            else NO_MEMORY
        )

    def _cells(self, block: Any) -> list[Cell]:
        data, offset_of = block.data, _library().sl_offset
        return [
            Cell(
                block.row[i],
                ctypes.string_at(data + block.at[i], block.size[i]).decode("utf-8", "replace"),
                KINDS[block.kind[i]],
                partial(offset_of, self._handle, block.raw[i]),
            )
            for i in range(block.rows)
        ]

    def _raise_error(self) -> None:
        if self._error is not None:
            raise self._error

    def finish(self) -> None:
        """Say that no bytes follow; only now can the figures be read."""
        if not self._finished:
            _check(_library().sl_finish(self._handle))
            self._finished = True
            self._raise_error()

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
        problem = _library().sl_merge(self._handle, following._handle)  # noqa: SLF001 - a scanner
        if problem == 1:
            _check(NO_MEMORY)
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
        taken = _Bytes()
        _check(
            0 if getattr(_library(), function)(self._handle, *arguments, byref(taken)) == DONE else NO_MEMORY
        )
        try:
            return ctypes.string_at(taken.data, taken.size)
        finally:
            _library().sl_free(byref(taken))


def _byte(character: str | None) -> int:
    return -1 if character is None else -2 if character == "" else ord(character)


def _native_options(options: ScanOptions, limits: ScanLimits) -> _Options:
    return _Options(
        delimiter=_byte(options.delimiter),
        quote=_byte(options.quote),
        escape=-1,
        header=-1 if options.header is None else int(options.header),
        encoding=-1 if options.encoding is None else ENCODINGS[options.encoding],
        columns=options.columns,
        max_columns=limits.max_columns,
        max_cell_bytes=limits.max_cell_bytes,
        max_row_bytes=limits.max_row_bytes,
        ranged=int(options.end is not None),
        in_quotes=int(options.in_quotes),
        start=options.start,
        end=options.end or 0,
    )


def count_byte(data: bytes, byte: str) -> int:
    """Count a byte; of the quote, the lowest bit says whether quotes are open behind *data*."""
    count: int = _library().sl_count_byte(data, len(data), ord(byte))
    return count


def count_cells(data: bytes | mmap, delimiter: str = ",", quote: str = '"') -> int:
    """Only find the cells of a whole table: the speed that no profile can exceed."""
    text_bytes = c_uint64()
    view = data if isinstance(data, bytes) else (c_char * len(data)).from_buffer(data)
    count: int = _library().sl_count_cells(view, len(data), ord(delimiter), ord(quote), byref(text_bytes))
    return count
