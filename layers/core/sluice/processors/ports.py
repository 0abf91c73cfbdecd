"""What processors need from outside."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

from sluice.files import File


class Downloads(Protocol):
    """The files that arrived, on disk while they are needed."""

    max_bytes: int

    def fetched(self, file: File) -> AbstractContextManager[Path | None]:
        """Hold *file* on disk for the block, None if it has too many bytes; raise FileMissingError."""
        ...


class RemoteProcessor(Protocol):
    """A function that a team brought."""

    def call(self, request: Mapping[str, Any]) -> Any:
        """Return its answer; raise ProcessorFailedError, or DownstreamOverloadedError where it says so."""
        ...
