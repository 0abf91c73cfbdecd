"""Make the body of an S3 object readable like a file."""

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from botocore.response import StreamingBody


class BodyReader(io.RawIOBase):
    """Reads a body once, forwards; closing it is up to whoever opened the body."""

    def __init__(self, body: "StreamingBody") -> None:
        self._body = body

    def readable(self) -> bool:
        """Say that this stream is for reading."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Return up to *size* bytes, empty at the end."""
        return self._body.read(None if size < 0 else size)

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Fill *buffer* from the body."""
        data = self._body.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)
