"""Profile a CSV stream with the standard library: the one module that knows how CSV is read."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO

from sluice.columns import Column
from sluice.tables import Fault, TableProfile

MAX_CELL = 16 * 1024 * 1024  # characters; a longer cell is a fault, so that memory stays bounded
DELIMITERS = ",;\t|"


def profile_table(stream: BinaryIO) -> TableProfile:
    """
    Read *stream* once, as UTF-8 text with or without a byte order mark, and profile its table.

    The first row holds the labels. A fault ends the reading; what was found before it is kept.
    """
    csv.field_size_limit(MAX_CELL)
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
    return _Reading(text).profile()


class _Reading:
    """One pass over one table."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self.text = text
        self.columns: list[Column] = []
        self.row = 0
        self.ragged = 0

    def profile(self) -> TableProfile:
        """Read to the end, or to the first fault."""
        fault = self._read()
        return TableProfile(
            row_count=max(0, self.row - 1),
            columns=tuple(column.profile() for column in self.columns),
            ragged_rows=self.ragged,
            fault=fault,
        )

    def _read(self) -> Fault | None:
        try:
            for cells in self._rows():
                self._observe(cells)
        except csv.Error as error:
            return Fault(f"Row {self.row + 1}: {_explained(error)}", self.row + 1)
        except UnicodeDecodeError as error:
            return Fault(f"After row {self.row}: the text is not UTF-8 ({error.reason}).", self.row + 1)
        return None if self.row else Fault("The file is empty.", None)

    def _rows(self) -> Iterator[list[str]]:
        first = self.text.readline(MAX_CELL)
        delimiter = max(DELIMITERS, key=Counter(first).__getitem__)
        lines = _chained(first, self.text)
        return (cells for cells in csv.reader(lines, delimiter=delimiter, strict=True) if cells)

    def _observe(self, cells: list[str]) -> None:
        self.row += 1
        if self.row == 1:
            self.columns = [Column(label) for label in _distinct(cells)]
            return
        if len(cells) != len(self.columns):
            self.ragged += 1
            cells += [""] * (len(self.columns) - len(cells))
        for column, cell in zip(self.columns, cells, strict=False):
            column.observe(cell, row=self.row)


def _chained(first: str, rest: io.TextIOWrapper) -> Iterator[str]:
    if first:
        yield first
    yield from rest


def _distinct(labels: list[str]) -> Iterator[str]:
    """Columns are told apart by label: the second `name` becomes `name (2)`, an empty one `column 3`."""
    seen: Counter[str] = Counter()
    for position, label in enumerate(labels, start=1):
        name = label.strip() or f"column {position}"
        seen[name] += 1
        yield name if seen[name] == 1 else f"{name} ({seen[name]})"


def _explained(error: csv.Error) -> str:
    if "unexpected end of data" in str(error):
        return "a quoted cell begins here and is never closed."
    if "field larger" in str(error):
        return f"a cell is longer than {MAX_CELL:,} characters; is a quote missing?"
    if "NUL" in str(error):
        return "there is a NUL byte, which no text has."
    return f"{error}."
