"""Files on disk while they are processed, the next one fetched meanwhile."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import BinaryIO, Self

from sluice.files import File
from sluice.ports.buckets import Inbox

CHUNK = 1024 * 1024  # bytes


class Downloads:
    """
    Fetches *files*, which are asked for in their order; no more than two are ever on disk.

    A file of more than *max_bytes* is not fetched, and nothing is before the first is asked for. A context
    manager: what is on disk goes when its block ends.
    """

    def __init__(self, inbox: Inbox, files: Sequence[File], max_bytes: int) -> None:
        self._inbox = inbox
        self._following = {file.file_id: following for file, following in pairwise(files)}
        self.max_bytes = max_bytes
        self._folder = TemporaryDirectory(prefix="sluice-")
        self._thread = ThreadPoolExecutor(1)
        self._ahead: dict[str, Future[Path | None]] = {}

    @contextmanager
    def fetched(self, file: File) -> Iterator[Path | None]:
        """
        Hold *file* on disk for the block; None if it is too large.

        Raises what `Inbox.open` raises; so does a fetch ahead, but not before the turn of its file.
        """
        path = (self._ahead.pop(file.file_id, None) or self._start(file)).result()
        if following := self._following.get(file.file_id):
            self._ahead[following.file_id] = self._start(following)
        try:
            yield path
        finally:
            if path:
                path.unlink()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._thread.shutdown(cancel_futures=True)
        self._folder.cleanup()

    def _start(self, file: File) -> Future[Path | None]:
        return self._thread.submit(self._fetch, file)

    def _fetch(self, file: File) -> Path | None:
        if file.size > self.max_bytes:
            return None
        path = Path(self._folder.name, file.file_id)
        with self._inbox.open(file) as stream, path.open("wb") as target:
            fits = _copied(stream, target, self.max_bytes)
        return path if fits else None


def _copied(stream: BinaryIO, target: BinaryIO, most: int) -> bool:
    """Copy the stream; stop, and return False, where it is longer than its event said and *most* allows."""
    length = 0
    while chunk := stream.read(CHUNK):
        length += len(chunk)
        if length > most:
            return False
        target.write(chunk)
    return True
