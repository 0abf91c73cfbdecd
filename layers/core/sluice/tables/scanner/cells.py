"""Cells as the scanner hands them out, for checks that it does not make itself."""

import ctypes
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from sluice.tables.scanner.library import library

KINDS = (
    "missing", "placeholder", "bool", "int", "code", "float", "float3",
    "decimal", "decimal_point", "decimal_comma", "decimal_comma3",
    "date", "date_day", "date_month", "date_either",
    "datetime", "datetime_day", "datetime_month", "datetime_either",
    "time", "uuid", "email", "url", "json", "string",
)  # fmt: skip


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


def read_cells(handle: int | None, block: Any) -> list[Cell]:
    """Return the cells of a block, one of sl_cell_block."""
    data, offset_of = block.data, library().sl_offset
    return [
        Cell(
            block.row[i],
            ctypes.string_at(data + block.at[i], block.size[i]).decode("utf-8", "replace"),
            KINDS[block.kind[i]],
            partial(offset_of, handle, block.raw[i]),
        )
        for i in range(block.rows)
    ]
