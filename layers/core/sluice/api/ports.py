"""What the API needs from outside."""

from collections.abc import Sequence
from typing import Protocol

from sluice.uploads import Form, Multipart


class Presigner(Protocol):
    """Requests that others send to the inbox and the outbox in our name, for some minutes."""

    def form(self, key: str, *, content_type: str, least: int, most: int) -> Form:
        """Return a POST that puts from *least* to *most* bytes of this type at *key*, and nothing else."""
        ...

    def begin(self, key: str, *, content_type: str) -> Multipart:
        """Begin a multipart upload."""
        ...

    def part(self, upload: Multipart, number: int) -> str:
        """Return the address that takes one part by PUT, and answers with its ETag."""
        ...

    def complete(self, upload: Multipart, etags: Sequence[str]) -> str | None:
        """Put the parts together; None where the upload or one of its parts is not there."""
        ...

    def abort(self, upload: Multipart) -> bool:
        """Give up an upload; False where it is not there."""
        ...

    def download(self, key: str) -> str:
        """Return the address of one result."""
        ...
