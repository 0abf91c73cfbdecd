"""Which local files are profiled as tables, and what is read from them."""

import glob
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from cli.errors import CommandError, ScannerNotCompiledError
from sluice.tables.csv_profiling import profile_stream
from sluice.tables.scanner.library import ScannerUnavailableError
from sluice.tables.summaries import summary_of

STDIN = "-"
ENDINGS = (".csv", ".tsv", ".tab", ".psv")
COMPRESSED = (".gz", ".zst", ".zip")


@dataclass(frozen=True)
class TableFile:
    """A file of this machine, or standard input."""

    path: Path | None

    @property
    def name(self) -> str:
        """What people call it."""
        return self.path.name if self.path else "standard input"

    @property
    def stem(self) -> str:
        """Its name without its ending, if that is csv: as the names of published results begin."""
        name = self.path.name if self.path else "stdin"
        return name[: -len(".csv")] if name.lower().endswith(".csv") else name

    @property
    def size(self) -> int | None:
        """Its bytes; None for what cannot be asked, such as a pipe."""
        return self.path.stat().st_size if self.path and self.path.is_file() else None

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """Open it for reading; raise CommandError if that is not allowed."""
        if self.path is None:
            yield sys.stdin.buffer
            return
        try:
            stream = self.path.open("rb")
        except OSError as error:
            raise CommandError(f"{self.path} cannot be read: {error.strerror}.") from error
        with stream:
            yield stream


class _Counted:
    """A stream that tells how much was read of it."""

    def __init__(self, stream: BinaryIO, on_read: Callable[[int], None]) -> None:
        self._stream, self._on_read, self.count = stream, on_read, 0

    def read(self, size: int = -1) -> bytes:
        """Read as the stream does."""
        data = self._stream.read(size)
        self.count += len(data)
        self._on_read(self.count)
        return data


def table_files(arguments: Iterable[str]) -> list[TableFile]:
    """
    Find the files that were named, by path, by pattern, or by the folder they are in; `-` is standard input.

    Of a folder those whose names end as tables do. Raises CommandError for what is not there.
    """
    found = [file for argument in arguments for file in _files_of(argument)]
    if sum(file.path is None for file in found) > 1:
        raise CommandError("Standard input can be read once.")
    return found


def profile_of(file: TableFile, on_read: Callable[[int], None]) -> dict[str, Any]:
    """Return the summary of one file; *on_read* is told the bytes read so far, as they are stored."""
    with file.open() as stream:
        counted = _Counted(stream, on_read)
        try:
            profile = profile_stream(counted, name=file.name)  # type: ignore[arg-type]  # reads, no more
        except ScannerUnavailableError as error:
            raise ScannerNotCompiledError from error
        except OSError as error:
            raise CommandError(f"{file.name} cannot be read: {error.strerror or error}.") from error
    message = profile.fault.message if profile.fault else None
    key = str(file.path) if file.path else STDIN
    return summary_of(profile, {"key": key, "size": counted.count}, message=message)


def _files_of(argument: str) -> list[TableFile]:
    path = Path(argument)
    if argument == STDIN:
        return [TableFile(None)]
    if path.is_dir():
        found = sorted(file for file in path.rglob("*") if file.is_file() and _is_table(file))
        if not found:
            raise CommandError(f"The folder {argument} holds no file that is named as a table is.")
        return [TableFile(file) for file in found]
    if path.exists():
        return [TableFile(path)]
    matching = [TableFile(Path(name)) for name in sorted(glob.glob(argument, recursive=True))]  # noqa: PTH207 - a pattern may be absolute
    if not matching:
        raise CommandError(f"There is no file or folder {argument}.")
    return [file for file in matching if file.path and file.path.is_file()]


def _is_table(file: Path) -> bool:
    name = file.name.lower()
    for ending in COMPRESSED:
        name = name.removesuffix(ending)
    return name.endswith(ENDINGS)
