"""Tell what a file is from its first bytes, whatever its name says."""

from sluice.signatures import BYTE_ORDER_MARKS, is_text, signature_of

TEXT = "text/plain"
UNKNOWN = "application/octet-stream"
EMPTY = "inode/x-empty"

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
    """Tell whether a declared type fits the found one; no declaration, and text of any kind, fit."""
    declared = declared.partition(";")[0].strip().lower()
    if declared in ("", UNKNOWN, "binary/octet-stream", found):
        return True
    if found in (TEXT, "application/json", "application/xml"):
        return declared.startswith("text/") or declared.endswith(("json", "xml", "csv", "yaml", "javascript"))
    return found == "application/zip" and declared == "application/x-zip-compressed"
