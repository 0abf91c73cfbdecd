"""Tell what a file is from its first bytes, whatever its name says."""

from dataclasses import dataclass

HEAD_BYTES = 4096  # of a file's beginning that `found_type` looks at

TEXT = "text/plain"
UNKNOWN = "application/octet-stream"
EMPTY = "inode/x-empty"


@dataclass(frozen=True, slots=True)
class Signature:
    """Bytes that begin every file of a type."""

    magic: bytes
    media_type: str
    offset: int = 0


# Sources: the formats' specifications, and the IANA media type registry for the names.
SIGNATURES = (
    Signature(b"\xff\xd8\xff", "image/jpeg"),
    Signature(b"\x89PNG\r\n\x1a\n", "image/png"),
    Signature(b"GIF87a", "image/gif"),
    Signature(b"GIF89a", "image/gif"),
    Signature(b"WEBP", "image/webp", offset=8),
    Signature(b"ftypavif", "image/avif", offset=4),
    Signature(b"ftypheic", "image/heic", offset=4),
    Signature(b"ftyp", "video/mp4", offset=4),
    Signature(b"II*\x00", "image/tiff"),
    Signature(b"MM\x00*", "image/tiff"),
    Signature(b"%PDF-", "application/pdf"),
    Signature(b"PK\x03\x04", "application/zip"),
    Signature(b"PK\x05\x06", "application/zip"),
    Signature(b"\x1f\x8b", "application/gzip"),
    Signature(b"\x28\xb5\x2f\xfd", "application/zstd"),
    Signature(b"BZh", "application/x-bzip2"),
    Signature(b"\xfd7zXZ\x00", "application/x-xz"),
    Signature(b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    Signature(b"Rar!\x1a\x07", "application/vnd.rar"),
    Signature(b"PAR1", "application/vnd.apache.parquet"),
    Signature(b"SQLite format 3\x00", "application/vnd.sqlite3"),
    Signature(b"\x7fELF", "application/x-elf"),
    Signature(b"MZ", "application/vnd.microsoft.portable-executable"),
    Signature(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    Signature(b"OggS", "application/ogg"),
    Signature(b"ID3", "audio/mpeg"),
    Signature(b"ustar", "application/x-tar", offset=257),
)

# An Office file is a ZIP archive whose first members have these folders.
OFFICE = (
    (b"xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (b"word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (b"ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
)

MARKUP = (
    (b"<!doctype html", "text/html"),
    (b"<html", "text/html"),
    (b"<svg", "image/svg+xml"),
    (b"<?xml", "application/xml"),
)


def found_type(head: bytes) -> str:
    """
    Return the media type of a file that begins with *head*, its first HEAD_BYTES bytes.

    Text of no particular kind is `text/plain`, also in UTF-16 with a byte order mark;
    anything else is `application/octet-stream`.
    """
    if not head:
        return EMPTY
    for signature in SIGNATURES:
        if head.startswith(signature.magic, signature.offset):
            return _office_type(head) if signature.media_type == "application/zip" else signature.media_type
    return _text_type(head)


def _office_type(head: bytes) -> str:
    if b"[Content_Types].xml" not in head and b"_rels/" not in head:
        return "application/zip"
    return next((media_type for folder, media_type in OFFICE if folder in head), "application/zip")


def _text_type(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return TEXT
    if not _is_text(head):
        return UNKNOWN
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:64].lower()
    for opening, media_type in MARKUP:
        if start.startswith(opening):
            return media_type
    if start[:1] in (b"{", b"["):
        return "application/json"
    return TEXT


def _is_text(head: bytes) -> bool:
    """Control characters other than white space and escape do not occur in text of any common encoding."""
    controls = bytes(set(range(32)) - set(b"\t\n\r\f\b\x1b"))
    return len(head.translate(None, controls)) == len(head)


def agrees(declared: str, found: str) -> bool:
    """Tell whether a declared type fits the found one; no declaration, and text of any kind, fit."""
    declared = declared.partition(";")[0].strip().lower()
    if declared in ("", UNKNOWN, "binary/octet-stream", found):
        return True
    if found in (TEXT, "application/json", "application/xml"):
        return declared.startswith("text/") or declared.endswith(("json", "xml", "csv", "yaml", "javascript"))
    return found == "application/zip" and declared == "application/x-zip-compressed"
