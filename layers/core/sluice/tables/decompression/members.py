"""gzip and zstd: members of compressed data, one after the other."""

import zlib
from collections.abc import Callable, Iterator
from typing import Protocol

from sluice.tables.decompression.source import BrokenStreamError, Source

PIECE = 1 << 20  # expanded bytes handed on at a time, at most
WINDOW_LOG = 23  # zstd frames that need more than 8 MiB of window (RFC 8878, 3.1.1.1.2) are refused


class _Decompressor(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, size: int, /) -> bytes: ...


class _Zlib:
    """zlib with the interface that bzip2, lzma and zstd share."""

    def __init__(self, window_bits: int) -> None:
        self._inner = zlib.decompressobj(window_bits)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def decompress(self, data: bytes, size: int, /) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail + data, size)


def gzip_pieces(source: Source) -> Iterator[bytes]:
    """Yield what a gzip file expands to."""
    return _members(source, lambda: _Zlib(16 + zlib.MAX_WBITS), "gzip")


def zstd_pieces(source: Source) -> Iterator[bytes]:
    """Yield what a zstd file expands to."""
    from backports import zstd  # noqa: PLC0415 - 5 ms that only zstd files should cost

    options = {int(zstd.DecompressionParameter.window_log_max): WINDOW_LOG}
    return _members(source, lambda: zstd.ZstdDecompressor(options=options), "zstd")


def deflate_pieces(source: Source) -> Iterator[bytes]:
    """Yield what bare DEFLATE data of a zip archive expands to, and leave *source* behind it."""
    decompressor = _Zlib(-zlib.MAX_WBITS)
    yield from _member(source, decompressor, "zip")
    source.unread(decompressor.unused_data)


def _members(source: Source, new: Callable[[], _Decompressor], kind: str) -> Iterator[bytes]:
    """Yield members one after the other, as gzip and zstd allow them to be concatenated."""
    while data := source.read():
        if not data.strip(b"\0"):
            continue  # padding of tapes and block devices, which gzip passes over too
        decompressor = new()
        source.unread(data)
        yield from _member(source, decompressor, kind)
        source.unread(decompressor.unused_data)


def _member(source: Source, decompressor: _Decompressor, kind: str) -> Iterator[bytes]:
    needs_input = True
    while not decompressor.eof:
        data = source.read() if needs_input else b""
        if needs_input and not data:
            raise BrokenStreamError(
                "truncated", f"The {kind} file is truncated: it ends before its data does."
            )
        try:
            piece = decompressor.decompress(data, PIECE)
        except Exception as error:  # each library has its own, and zstd is imported only where it is needed
            raise BrokenStreamError("damaged", f"The {kind} file is damaged: {error}.") from error
        needs_input = len(piece) < PIECE
        if piece:
            yield piece
