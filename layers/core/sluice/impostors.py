"""Recognize what is named a CSV file and is something else."""

from sluice.profiles import Fault

MAGIC = (
    (b"%PDF-", "a PDF document"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document (such as XLS)"),
    (b"PAR1", "a Parquet file"),
    (b"ARROW1", "an Arrow file"),
    (b"ORC", "an ORC file"),
    (b"Obj\x01", "an Avro file"),
    (b"SQLite format 3\x00", "a SQLite database"),
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"{\\rtf", "a rich text document"),
)
MARKUP = (b"<!doctype html", b"<html", b"<head", b"<body", b"<table", b"<script")
SPACE = b" \t\r\n\xef\xbb\xbf"
JSON_BEHIND_BRACE, JSON_BEHIND_BRACKET = b'"}', b'{["]-0123456789tfn'


def recognize(start: bytes) -> str | None:
    """Return what a file that begins with *start* is, with its article, if that is plainly no table."""
    for magic, name in MAGIC:
        if start.startswith(magic):
            return name
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
