"""The C library: where it is, its structures and the signatures of its functions."""

import ctypes
import platform
import sys
from ctypes import (
    CFUNCTYPE,
    POINTER,
    Structure,
    c_char_p,
    c_int32,
    c_size_t,
    c_uint8,
    c_uint32,
    c_uint64,
    c_void_p,
)
from functools import cache
from pathlib import Path
from typing import Any

API_VERSION = 2
MORE, DONE, NO_MEMORY = 0, 1, 2
MACHINES = {"AMD64": "x86_64", "arm64": "aarch64"}


class ScannerUnavailableError(Exception):
    """The native library is not built for this machine; `make` in layers/core/native builds it."""


class Options(Structure):
    """sl_options."""

    _fields_ = (
        *((name, c_int32) for name in ("delimiter", "quote", "escape", "header", "encoding")),
        *((name, c_uint32) for name in ("columns", "max_columns", "max_cell_bytes", "max_row_bytes")),
        *((name, c_int32) for name in ("ranged", "in_quotes")),
        *((name, c_uint64) for name in ("start", "end")),
    )


class CellBlock(Structure):
    """sl_cell_block."""

    _fields_ = (
        ("column", c_uint32),
        ("rows", c_uint32),
        ("data", c_void_p),
        *((name, POINTER(c_uint32)) for name in ("at", "size", "raw")),
        ("row", POINTER(c_uint64)),
        ("kind", POINTER(c_uint8)),
    )


ON_CELLS = CFUNCTYPE(None, c_void_p, POINTER(CellBlock))
ON_COLUMNS = CFUNCTYPE(None, c_void_p)
ON_ODD_ROW = CFUNCTYPE(None, c_void_p, c_uint64, c_uint64, c_uint32)
ON_KEYS = CFUNCTYPE(None, c_void_p, c_uint32, c_void_p, c_uint32, POINTER(c_uint32))


class Contract(Structure):
    """sl_contract."""

    _fields_ = (
        ("on_columns", ON_COLUMNS),
        ("on_suspects", ON_CELLS),
        ("on_odd_row", ON_ODD_ROW),
        ("on_keys", ON_KEYS),
        ("context", c_void_p),
    )


class Repetition(Structure):
    """sl_repetition."""

    _fields_ = (("row", c_uint64), ("first_row", c_uint64))


class Bytes(Structure):
    """sl_bytes."""

    _fields_ = (("data", POINTER(c_uint8)), ("size", c_size_t))


def library_path() -> Path:
    """Return where this machine's library is built to."""
    machine = MACHINES.get(platform.machine(), platform.machine())
    suffix = "dylib" if sys.platform == "darwin" else "so"
    return Path(__file__).parents[2] / "native" / f"libsluice_csv-{machine}.{suffix}"


SIGNATURES: dict[str, tuple[Any, list[Any]]] = {
    "sl_api_version": (c_uint32, []),
    "sl_open": (c_void_p, [POINTER(Options)]),
    "sl_close": (None, [c_void_p]),
    "sl_feed": (c_int32, [c_void_p, c_void_p, c_size_t]),
    "sl_finish": (c_int32, [c_void_p]),
    "sl_watch": (c_int32, [c_void_p, POINTER(c_uint32), c_uint32, ON_CELLS, c_void_p]),
    "sl_hold_against": (c_int32, [c_void_p, POINTER(Contract)]),
    "sl_check_column": (c_int32, [c_void_p, c_uint32, c_char_p, c_size_t]),
    "sl_missing": (c_uint64, [c_void_p, c_uint32]),
    "sl_add_key": (c_int32, [c_void_p, POINTER(c_uint32), c_uint32, c_uint32]),
    "sl_flush_keys": (None, [c_void_p]),
    "sl_repetitions": (c_uint64, [c_void_p, c_size_t, POINTER(Repetition), c_uint32, POINTER(c_uint32)]),
    "sl_pick": (c_int32, [c_void_p, POINTER(c_uint64), c_uint32, ON_CELLS, c_void_p]),
    "sl_offset": (c_uint64, [c_void_p, c_uint32]),
    "sl_columns": (c_uint32, [c_void_p]),
    "sl_rows": (c_uint64, [c_void_p]),
    "sl_report_table": (c_int32, [c_void_p, POINTER(Bytes)]),
    "sl_report_column": (c_int32, [c_void_p, c_uint32, POINTER(Bytes)]),
    "sl_free": (None, [POINTER(Bytes)]),
    "sl_write_state": (c_int32, [c_void_p, POINTER(Bytes)]),
    "sl_read_state": (c_void_p, [c_char_p, c_size_t]),
    "sl_merge": (c_int32, [c_void_p, c_void_p]),
    "sl_count_byte": (c_uint64, [c_char_p, c_size_t, c_uint8]),
    "sl_count_cells": (c_uint64, [c_void_p, c_size_t, c_uint8, c_uint8, POINTER(c_uint64)]),
}


@cache
def library() -> ctypes.CDLL:
    """Return the library, loaded once; raises ScannerUnavailableError if it is not built as wanted."""
    path = library_path()
    if not path.exists():
        raise ScannerUnavailableError(f"{path} does not exist: run make in layers/core/native")
    found = ctypes.CDLL(str(path))
    for name, (result, arguments) in SIGNATURES.items():
        function = getattr(found, name)
        function.restype, function.argtypes = result, arguments
    if found.sl_api_version() != API_VERSION:
        raise ScannerUnavailableError(f"{path} is of another version: run make in layers/core/native")
    return found


def check(status: int) -> None:
    """Raise MemoryError if that is what a function returned."""
    if status == NO_MEMORY:
        raise MemoryError("the CSV scanner is out of memory")


def check_done(status: int) -> None:
    """Raise MemoryError if a function that only memory can stop was not done."""
    check(DONE if status == DONE else NO_MEMORY)
