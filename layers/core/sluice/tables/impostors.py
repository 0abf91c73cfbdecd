"""Recognize what is named a CSV file and is something else."""

from sluice.signatures import signature_of
from sluice.tables.profiles import Fault

MARKUP = (b"<!doctype html", b"<html", b"<head", b"<body", b"<table", b"<script")
SPACE = b" \t\r\n\xef\xbb\xbf"
JSON_BEHIND_BRACE, JSON_BEHIND_BRACKET = b'"}', b'{["]-0123456789tfn'


def recognize(start: bytes) -> str | None:
    """Return what a file that begins with *start* is, with its article, if that is plainly no table."""
    if signature := signature_of(start):
        return signature.name
    text = start.lstrip(SPACE)[:512]
    if text[:32].lower().startswith(MARKUP):
        return "an HTML page"
    if text.startswith((b"<?xml", b"<svg")):
        return "an XML document"
    return "a JSON document" if _looks_like_json(text) else None


def _looks_like_json(text: bytes) -> bool:
    """Find a brace before a quoted name, or a bracket before a value: no label begins like that."""
    behind = text[1:].lstrip(SPACE)[:1]
    if text[:1] == b"{":
        return not text[1:2] or (behind != b"" and behind in JSON_BEHIND_BRACE)
    return text[:1] == b"[" and behind != b"" and behind in JSON_BEHIND_BRACKET


def not_a_table(start: bytes) -> Fault | None:
    """Return the fault of a file that is plainly something else than delimited text."""
    found = recognize(start)
    return (
        Fault("not_csv", f"The file is {found}, not a table of delimited text.", None, 0) if found else None
    )
