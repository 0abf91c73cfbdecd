"""zip: the only member of an archive, read without seeking."""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from sluice.tables.decompression.members import PIECE, deflate_pieces
from sluice.tables.decompression.source import BrokenStreamError, Source

ZIP_MEMBER, ZIP_DIRECTORY, ZIP_END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
ZIP_DESCRIPTOR = b"PK\x07\x08"
MACOS = b"__MACOSX/"  # what Finder adds of a file's attributes
STORED, DEFLATED = 0, 8
SEVERAL = "The zip file holds more than one file."
OFFICE = (b"[Content_Types].xml", b"_rels/", b"docProps/", b"word/", b"ppt/")


@dataclass(frozen=True, slots=True)
class _Header:
    """What stands before a member's data (APPNOTE.TXT of PKWARE, 4.3.7: local file header)."""

    name: bytes
    method: int
    crc: int
    size: int
    """Bytes of the data as they are stored."""
    encrypted: bool
    streamed: bool
    """Size and checksum stand behind the data instead."""


def zip_pieces(source: Source) -> Iterator[bytes]:
    """Yield the only file in a ZIP archive, without seeking: sizes may stand behind the data."""
    found = False
    while (signature := source.exactly(4, "the zip archive")) == ZIP_MEMBER:
        name, pieces = _member(source)
        if name.endswith(b"/") or name.startswith(MACOS):
            _pass_over(pieces)
            continue
        if found:
            raise BrokenStreamError("several_members", SEVERAL)
        found = True
        yield from pieces
    if signature not in (ZIP_DIRECTORY, ZIP_END):
        raise BrokenStreamError("damaged", "The zip file is damaged: its directory does not follow its data.")
    if not found:
        raise BrokenStreamError("empty", "The zip file holds no file.")


def _pass_over(pieces: Iterator[bytes]) -> None:
    """Read a folder or a file's attributes, which take kilobytes: what is larger hides something."""
    passed = 0
    for piece in pieces:
        passed += len(piece)
        if passed > PIECE:
            raise BrokenStreamError("several_members", SEVERAL)


def _member(source: Source) -> tuple[bytes, Iterator[bytes]]:
    """Read a member's header behind its signature; return its name, and the pieces that it expands to."""
    header = _read_header(source)
    _refuse_unreadable(header)
    pieces = deflate_pieces(source) if header.method == DEFLATED else _stored(source, header.size)
    return header.name, _checked(pieces, source, header)


def _read_header(source: Source) -> _Header:
    fields = struct.unpack("<HHHHHLLLHH", source.exactly(26, "a zip header"))
    flags, method, crc, size, name_size, extra_size = (fields[place] for place in (1, 2, 5, 6, 8, 9))
    name = source.exactly(name_size, "a zip header")
    source.exactly(extra_size, "a zip header")
    return _Header(name, method, crc, size, encrypted=bool(flags & 1), streamed=bool(flags & 8))


def _refuse_unreadable(header: _Header) -> None:
    if kind := _document(header.name):
        raise BrokenStreamError("not_csv", f"The file is {kind}, not a table of delimited text.")
    if header.encrypted:
        raise BrokenStreamError("encrypted", "The zip file is encrypted.")
    if header.method not in (STORED, DEFLATED) or (header.method == STORED and header.streamed):
        message = f"The zip file uses method {header.method}, which is not read."
        raise BrokenStreamError("unsupported_compression", message)


def _document(name: bytes) -> str | None:
    """Return what a file is whose first member has this name, if that is a document."""
    if name.startswith(b"xl/"):
        return "an Excel workbook (XLSX)"
    if name.startswith(OFFICE):
        return "an Office document (such as an XLSX workbook)"
    return "an OpenDocument file (such as an ODS spreadsheet)" if name == b"mimetype" else None


def _stored(source: Source, size: int) -> Iterator[bytes]:
    while size:
        piece = source.exactly(min(size, PIECE), "the zip file's data")
        size -= len(piece)
        yield piece


def _checked(pieces: Iterator[bytes], source: Source, header: _Header) -> Iterator[bytes]:
    found = 0
    for piece in pieces:
        found = zlib.crc32(piece, found)
        yield piece
    if found != (_descriptor_crc(source) if header.streamed else header.crc):
        raise BrokenStreamError("damaged", "The zip file is damaged: its checksum does not match.")


def _descriptor_crc(source: Source) -> int:
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
