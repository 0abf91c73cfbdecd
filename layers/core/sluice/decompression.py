"""Read compressed files as streams, within limits on what they expand to."""

import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO, Protocol

from sluice.profiles import Fault
from sluice.scan_limits import ScanLimits

CHUNK = 256 << 10  # compressed bytes read at a time
PIECE = 1 << 20  # expanded bytes handed on at a time, at most
RATIO_FROM = 16 << 20  # expanded bytes before which the ratio is not judged: small files may shrink a lot
WINDOW_LOG = 23  # zstd frames that need more than 8 MiB of window (RFC 8878, 3.1.1.1.2) are refused

GZIP, ZSTD, ZIP = b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PK\x03\x04"
ZIP_ENTRY, ZIP_DIRECTORY, ZIP_DESCRIPTOR = b"PK\x03\x04", b"PK\x01\x02", b"PK\x07\x08"
STORED, DEFLATED = 0, 8
OFFICE = (b"[Content_Types].xml", b"_rels/", b"docProps/", b"xl/", b"word/", b"ppt/")


class BrokenStreamError(Exception):
    """A compressed file cannot be read to its end; holds the fault that says so."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.fault = Fault(code, message)


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


class _Source:
    """The compressed bytes, of which the first were looked at already."""

    def __init__(self, stream: BinaryIO, start: bytes) -> None:
        self._stream, self._start, self.taken = stream, start, 0

    def read(self) -> bytes:
        data, self._start = (self._start, b"") if self._start else (self._stream.read(CHUNK), b"")
        self.taken += len(data)
        return data

    def unread(self, data: bytes) -> None:
        self._start = data + self._start
        self.taken -= len(data)

    def exactly(self, size: int, what: str) -> bytes:
        data = b""
        while len(data) < size:
            more = self.read()
            if not more:
                raise BrokenStreamError("truncated", f"The file ends in the middle of {what}.")
            data += more
        self.unread(data[size:])
        return data[:size]


def compression_of(start: bytes) -> str | None:
    """Return gzip, zstd or zip by a file's first bytes, None if it is none of them."""
    for magic, name in ((GZIP, "gzip"), (ZSTD, "zstd"), (ZIP, "zip")):
        if start.startswith(magic):
            return name
    return None


def expand(stream: BinaryIO, start: bytes, limits: ScanLimits) -> Iterator[bytes]:
    """
    Yield what the rest of *stream* behind *start* expands to, in pieces of at most 1 MiB.

    Raises BrokenStreamError where the stream is truncated, damaged, no single file, or expands beyond
    *limits*.
    """
    source, expanded = _Source(stream, start), 0
    kinds = {"gzip": _gzip, "zstd": _zstd, "zip": _zip}
    for piece in kinds[compression_of(start) or ""](source):
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


def _members(source: _Source, new: type[_Decompressor] | object, kind: str) -> Iterator[bytes]:
    """Yield members one after the other, as gzip and zstd allow them to be concatenated."""
    while data := source.read():
        if not data.strip(b"\0"):
            continue  # padding of tapes and block devices, which gzip passes over too
        decompressor = new()  # type: ignore[operator]
        source.unread(data)
        yield from _member(source, decompressor, kind)
        source.unread(decompressor.unused_data)


def _member(source: _Source, decompressor: _Decompressor, kind: str) -> Iterator[bytes]:
    needs_input = True
    while not decompressor.eof:
        data = source.read() if needs_input else b""
        if needs_input and not data:
            raise BrokenStreamError(
                "truncated", f"The {kind} file is truncated: it ends before its data does."
            )
        try:
            piece = decompressor.decompress(data, PIECE)
        except Exception as error:
            raise BrokenStreamError("damaged", f"The {kind} file is damaged: {error}.") from error
        needs_input = len(piece) < PIECE
        if piece:
            yield piece


def _gzip(source: _Source) -> Iterator[bytes]:
    return _members(source, lambda: _Zlib(16 + zlib.MAX_WBITS), "gzip")


def _zstd(source: _Source) -> Iterator[bytes]:
    from backports import zstd  # noqa: PLC0415 - 5 ms that only zstd files should cost

    options = {int(zstd.DecompressionParameter.window_log_max): WINDOW_LOG}
    return _members(source, lambda: zstd.ZstdDecompressor(options=options), "zstd")


def _zip(source: _Source) -> Iterator[bytes]:
    """Yield the only member of a ZIP archive, without seeking: sizes may stand behind the data."""
    fields = struct.unpack("<4sHHHHHLLLHH", source.exactly(30, "a zip header"))
    flags, method, crc, size = fields[2], fields[3], fields[6], fields[7]
    name = source.exactly(fields[9], "a zip header")
    source.exactly(fields[10], "a zip header")
    if name.startswith(OFFICE):
        kind = (
            "an Excel workbook (XLSX)"
            if name.startswith(b"xl/")
            else "an Office document (such as an XLSX workbook)"
        )
        raise BrokenStreamError("not_csv", f"The file is {kind}, not a table of delimited text.")
    if flags & 1:
        raise BrokenStreamError("encrypted", "The zip file is encrypted.")
    streamed = bool(flags & 8)
    if method not in (STORED, DEFLATED) or (method == STORED and streamed):
        raise BrokenStreamError(
            "unsupported_compression", f"The zip file uses method {method}, which is not read."
        )
    yield from _checked(
        _deflated(source) if method == DEFLATED else _stored(source, size), source, crc, streamed=streamed
    )
    if source.exactly(4, "the zip archive") != ZIP_DIRECTORY:
        raise BrokenStreamError("several_members", "The zip file holds more than one file.")


def _deflated(source: _Source) -> Iterator[bytes]:
    decompressor = _Zlib(-zlib.MAX_WBITS)
    yield from _member(source, decompressor, "zip")
    source.unread(decompressor.unused_data)


def _stored(source: _Source, size: int) -> Iterator[bytes]:
    while size:
        piece = source.exactly(min(size, PIECE), "the zip file's data")
        size -= len(piece)
        yield piece


def _checked(pieces: Iterator[bytes], source: _Source, crc: int, *, streamed: bool) -> Iterator[bytes]:
    found = 0
    for piece in pieces:
        found = zlib.crc32(piece, found)
        yield piece
    if streamed:
        crc = _descriptor_crc(source)
    if found != crc:
        raise BrokenStreamError("damaged", "The zip file is damaged: its checksum does not match.")


def _descriptor_crc(source: _Source) -> int:
    """Read the descriptor behind the data: with or without a signature, with sizes of 4 or 8 bytes."""
    data = source.exactly(16, "a zip descriptor")
    signed = data[:4] == ZIP_DESCRIPTOR
    if not signed:
        source.unread(data[12:])
    crc: int = struct.unpack("<L", data[4:8] if signed else data[:4])[0]
    following = source.exactly(4, "the zip archive")
    if following[:2] == b"PK":
        source.unread(following)
    else:  # zip64
        source.exactly(4, "a zip descriptor")
    return crc
