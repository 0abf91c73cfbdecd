"""The buckets: what arrived, and what was made of it."""

from contextlib import AbstractContextManager
from typing import BinaryIO, Protocol

from sluice.files import File
from sluice.outcomes import Status


class Inbox(Protocol):
    """The files that arrived."""

    def open(self, file: File) -> AbstractContextManager[BinaryIO]:
        """Stream the content of *file*; raise FileMissingError if that version is gone."""
        ...

    def declared_type(self, file: File) -> str:
        """Return the content type that the sender declared; raise FileMissingError likewise."""
        ...


class Outbox(Protocol):
    """Where results go."""

    def publish(
        self, key: str, body: bytes, *, content_type: str, file: File, status: Status = Status.SUCCESS
    ) -> str:
        """Write a result of *file*, which says how the file ended; never over that of a newer version."""
        ...
