"""Find rows that have the key of an earlier one."""

from ctypes import byref, c_char, c_uint32

from sluice.tables.scanner.library import Repetition, library

RECORD_BYTES = 24


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
        pairs = sorted((found.row, found.first_row) for found in self._found[: self._used.value])
        return pairs[: self._most]
