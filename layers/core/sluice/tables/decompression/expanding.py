"""Expand a stream by its kind, and judge what comes out of it."""

from collections.abc import Iterator
from typing import BinaryIO

from sluice.signatures import signature_of
from sluice.tables.decompression.archive import zip_pieces
from sluice.tables.decompression.members import gzip_pieces, zstd_pieces
from sluice.tables.decompression.source import BrokenStreamError, Source
from sluice.tables.scan_limits import ScanLimits

RATIO_FROM = 16 << 20  # expanded bytes before which the ratio is not judged: small files may shrink a lot
NAMES = {"application/gzip": "gzip", "application/zstd": "zstd", "application/zip": "zip"}
EXPANDERS = {"gzip": gzip_pieces, "zstd": zstd_pieces, "zip": zip_pieces}


def compression_of(start: bytes) -> str | None:
    """Return gzip, zstd or zip by a file's first bytes, None if it is none of them."""
    signature = signature_of(start)
    return NAMES.get(signature.media_type) if signature else None


def expand(stream: BinaryIO, start: bytes, limits: ScanLimits) -> Iterator[bytes]:
    """
    Yield what the rest of *stream* behind *start* expands to, in pieces of at most 1 MiB.

    Raises BrokenStreamError where the stream is truncated, damaged, no single file, or expands beyond
    *limits*.
    """
    source, expanded = Source(stream, start), 0
    for piece in EXPANDERS[compression_of(start) or ""](source):
        expanded += len(piece)
        _judge(expanded, source.taken, limits)
        yield piece


def _judge(expanded: int, taken: int, limits: ScanLimits) -> None:
    if expanded > limits.max_expanded_bytes:
        message = f"The file expands to more than the limit of {limits.max_expanded_bytes:,} bytes."
        raise BrokenStreamError("expands_too_far", message)
    if expanded > RATIO_FROM and expanded > taken * limits.max_expansion_ratio:
        message = (
            f"The file expands to more than {limits.max_expansion_ratio:g} times its size "
            f"({expanded:,} bytes from {taken:,}): it looks like a decompression bomb."
        )
        raise BrokenStreamError("expands_too_far", message)
