"""
Find rows that repeat a key, exactly, in bounded memory.

A row is 128 bits of a hash of its key's cells and its number. Records come in blocks that the scanner has
sorted into partitions by their hash. One block is kept in memory; from the second on they go to a file, and
repetitions are looked for a partition at a time, since equal keys are in equal partitions.
"""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import IO

from sluice.tables.scanner.repetitions import RECORD_BYTES, Repetitions

# Of all keys of a table: 12.6 MB, and as much again while they are looked through.
RECORDS_IN_MEMORY = 1 << 19
DISK_RESERVE = 32 << 20  # bytes of the temporary folder that are left to others


class KeyRecords:
    """The records of one key; *directory* is where they go when they are many."""

    def __init__(self, directory: str | None = None) -> None:
        self._directory = directory or tempfile.gettempdir()
        self._held: tuple[bytes, Sequence[int]] | None = None
        self._file: IO[bytes] | None = None
        self._blocks: list[tuple[int, Sequence[int]]] = []
        self.complete = True
        """False once the disk had no room: repetitions are then unknown."""

    def add(self, records: bytes, starts: Sequence[int]) -> None:
        """Take a block; *starts* says with which record each partition begins, and how many there are."""
        if self._held is None and self._file is None:
            self._held = (records, starts)
            return
        if self._held is not None:
            self._write(*self._held)
            self._held = None
        self._write(records, starts)

    def repetitions(self, most: int) -> tuple[int, list[tuple[int, int]]]:
        """Return how many rows repeat an earlier one's key, and the first *most* as (row, earlier row)."""
        found = Repetitions(most)
        for partition in self._partitions():
            found.count(partition)
        return found.total, found.first()

    def close(self) -> None:
        """Give the disk space back."""
        if self._file is not None:
            self._file.close()

    def _write(self, records: bytes, starts: Sequence[int]) -> None:
        if not self.complete:
            return
        if shutil.disk_usage(self._directory).free < len(records) + DISK_RESERVE:
            self.complete = False
            return
        if self._file is None:
            self._file = tempfile.TemporaryFile(dir=self._directory)  # noqa: SIM115 - close gives it back
        self._blocks.append((self._file.tell(), starts))
        self._file.write(records)

    def _partitions(self) -> Iterator[bytearray]:
        if self._held is not None:
            yield bytearray(self._held[0])
        if self._file is None:
            return
        bounds = [list(pairwise(starts)) for _, starts in self._blocks]
        for partition in range(len(bounds[0])):
            gathered = bytearray()
            for (place, _), parts in zip(self._blocks, bounds, strict=True):
                first, last = parts[partition]
                self._file.seek(place + first * RECORD_BYTES)
                gathered += self._file.read((last - first) * RECORD_BYTES)
            yield gathered
