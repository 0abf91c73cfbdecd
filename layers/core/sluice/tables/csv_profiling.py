"""Profile a delimited text file of any size, compressed or not, in one pass over a stream."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import BinaryIO, Protocol

from sluice.tables.decompression.expanding import compression_of, expand
from sluice.tables.decompression.source import BrokenStreamError
from sluice.tables.impostors import not_a_table
from sluice.tables.profiles import Fault, TableProfile
from sluice.tables.scan_limits import ScanLimits
from sluice.tables.scanner.options import ScanOptions
from sluice.tables.scanner.scanning import Scanner

READ_BYTES = 1 << 17  # what is read stays in the processor's cache until it is scanned
START_BYTES = 1024  # enough to recognize what a file is


class Check(Protocol):
    """What hears of a table as it is read; see `sluice.contracts.checking.ContractCheck`."""

    @property
    def options(self) -> ScanOptions:
        """What it knows of how the table is written."""
        ...

    def begin(self, scanner: Scanner) -> None:
        """Attach to a scanner that has been fed nothing."""
        ...

    def end(self) -> None:
        """Take what the finished scanner still holds."""
        ...


def profile_stream(
    stream: BinaryIO,
    *,
    name: str = "",
    options: ScanOptions | None = None,
    limits: ScanLimits | None = None,
    on_progress: Callable[[int], None] | None = None,
    check: Check | None = None,
) -> TableProfile:
    """
    Return the profile of the table in *stream*, a file or an S3 object's body; only read(n) is called.

    Whatever is wrong with the table is in the profile: as findings, or as its fault where reading had to
    end early. Errors of reading the stream itself are raised. *on_progress* is called with the bytes read
    so far. *check* hears of the table as it is read; its verdict takes the profile.
    """
    limits = limits or ScanLimits()
    if check:
        options = options or check.options
    with Scanner(options, limits) as scanner:
        if check:
            check.begin(scanner)
        compression, fault = feed_stream(scanner, stream, limits, on_progress)
        profile = replace(scanner.profile(name, fault), compression=compression)
        if check:
            check.end()
        return profile


def feed_stream(
    scanner: Scanner,
    stream: BinaryIO,
    limits: ScanLimits,
    on_progress: Callable[[int], None] | None = None,
) -> tuple[str | None, Fault | None]:
    """Feed a stream, expanded, as far as the scanner wants it; return its compression and its own fault."""
    start = _read_start(stream)
    compression = compression_of(start)
    pieces = expand(stream, start, limits) if compression else _pieces(stream, start)
    try:
        return compression, _feed(scanner, pieces, on_progress)
    except BrokenStreamError as error:
        return compression, error.fault


def _read_start(stream: BinaryIO) -> bytes:
    """Read at least START_BYTES unless the stream ends before: a body may come in any pieces."""
    start = b""
    while len(start) < START_BYTES and (more := stream.read(READ_BYTES)):
        start += more
    return start


def _pieces(stream: BinaryIO, start: bytes) -> Iterator[bytes]:
    yield start
    while data := stream.read(READ_BYTES):
        yield data


def _feed(
    scanner: Scanner, pieces: Iterator[bytes], on_progress: Callable[[int], None] | None
) -> Fault | None:
    fed = 0
    for piece in pieces:
        if fed == 0 and (fault := not_a_table(piece)):
            return fault
        fed += len(piece)
        wanted = scanner.feed(piece)
        if on_progress:
            on_progress(fed)
        if not wanted:
            break
    return None
