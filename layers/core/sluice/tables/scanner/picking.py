"""Hand out some rows of a table, without a profile."""

import ctypes
from collections.abc import Callable, Sequence
from ctypes import c_uint64
from typing import Any

from sluice.tables.scanner.library import ON_CELLS, check_done, library
from sluice.tables.scanner.scanning import Scanner


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

    callback = ON_CELLS(scanner.callbacks.guarded(hand_out))
    scanner.callbacks.keep(callback)
    chosen = (c_uint64 * len(rows))(*rows)
    check_done(library().sl_pick(scanner.handle, chosen, len(rows), callback, None))
