"""Tell what a file is from its first bytes, whatever its name says."""

from sluice.signatures import BYTE_ORDER_MARKS, SIGNATURES, is_text, signature_of

TEXT = "text/plain"
UNKNOWN = "application/octet-stream"
EMPTY = "inode/x-empty"
TEXTUAL = ("json", "xml", "csv", "yaml", "javascript")  # what types of text outside of text/ end with

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

# Types by whose first bytes others begin too: Office and archive formats, films and sound, anything at all.
HOLDERS = {
    "application/zip": ("application/",),
    "application/x-ole-storage": ("application/",),
    "video/mp4": ("video/", "audio/"),
    UNKNOWN: ("application/", "audio/", "font/", "image/", "model/", "video/"),
}
ALIASES = {
    "application/rtf": "text/rtf",
    "application/x-gzip": "application/gzip",
    "application/x-msdownload": "application/vnd.microsoft.portable-executable",
    "application/x-sqlite3": "application/vnd.sqlite3",
    "audio/mp3": "audio/mpeg",
    "image/heif": "image/heic",
    "image/jpg": "image/jpeg",
    "image/tif": "image/tiff",
    "image/x-icon": "image/vnd.microsoft.icon",
}
RECOGNIZED = frozenset(signature.media_type for signature in SIGNATURES)


def found_type(head: bytes) -> str:
    """
    Return the media type of a file that begins with *head*, its first HEAD_BYTES bytes.

    Text of no particular kind is `text/plain`, also in UTF-16 with a byte order mark;
    anything else is `application/octet-stream`.
    """
    if not head:
        return EMPTY
    signature = signature_of(head)
    if signature is None:
        return _text_type(head)
    return _office_type(head) if signature.media_type == "application/zip" else signature.media_type


def _office_type(head: bytes) -> str:
    if b"[Content_Types].xml" not in head and b"_rels/" not in head:
        return "application/zip"
    return next((media_type for folder, media_type in OFFICE if folder in head), "application/zip")


def _text_type(head: bytes) -> str:
    if head.startswith(BYTE_ORDER_MARKS):
        return TEXT
    if not is_text(head):
        return UNKNOWN
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:64].lower()
    for opening, media_type in MARKUP:
        if start.startswith(opening):
            return media_type
    if start[:1] in (b"{", b"["):
        return "application/json"
    return TEXT


def agrees(declared: str, found: str) -> bool:
    """
    Tell whether a declared type fits the found one; no declaration, and text of any kind, fit.

    So does one that is not recognized itself, if its files may begin as the found one's do.
    """
    declared = declared.partition(";")[0].strip().lower()
    declared = ALIASES.get(declared, declared)
    if declared in ("", UNKNOWN, "binary/octet-stream", found):
        return True
    textual = declared.startswith("text/") or declared.endswith(TEXTUAL)
    if found in (TEXT, "application/json", "application/xml"):
        return textual
    return not textual and declared not in RECOGNIZED and declared.startswith(HOLDERS.get(found, ()))
