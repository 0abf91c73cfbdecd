"""The compressed bytes of a stream, and what is raised where they end or break."""

from typing import BinaryIO

from sluice.tables.profiles import Fault

CHUNK = 256 << 10  # compressed bytes read at a time


class BrokenStreamError(Exception):
    """A compressed file cannot be read to its end; holds the fault that says so."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.fault = Fault(code, message)


class Source:
    """The compressed bytes, of which the first were looked at already."""

    def __init__(self, stream: BinaryIO, start: bytes) -> None:
        self._stream, self._start, self.taken = stream, start, 0

    def read(self) -> bytes:
        """Return the next bytes, none at the end."""
        data, self._start = (self._start, b"") if self._start else (self._stream.read(CHUNK), b"")
        self.taken += len(data)
        return data

    def unread(self, data: bytes) -> None:
        """Put back what was read too much."""
        self._start = data + self._start
        self.taken -= len(data)

    def exactly(self, size: int, what: str) -> bytes:
        """Return *size* bytes, or raise BrokenStreamError that names *what* they are of."""
        data = b""
        while len(data) < size:
            more = self.read()
            if not more:
                raise BrokenStreamError("truncated", f"The file ends in the middle of {what}.")
            data += more
        self.unread(data[size:])
        return data[:size]
