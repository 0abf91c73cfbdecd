"""Tell an image's format from its first bytes, never from its name."""

import re

from sluice.images import Format, Refused

SNIFFED_BYTES = 4096  # an SVG may begin with a long comment; every other format shows itself in 32 bytes

_SIGNATURES = (
    (b"\xff\xd8\xff", Format.JPEG),
    (b"\x89PNG\r\n\x1a\n", Format.PNG),
    (b"GIF87a", Format.GIF),
    (b"GIF89a", Format.GIF),
    (b"II*\x00", Format.TIFF),
    (b"MM\x00*", Format.TIFF),
)
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"hevm", b"hevs"})
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_UNREAD = (
    (b"BM", "BMP"),
    (b"%PDF", "PDF"),
    (b"8BPS", "Photoshop"),
    (b"\x00\x00\x01\x00", "icon"),
    (b"\xff\x0a", "JPEG XL"),
    (b"\x00\x00\x00\x0cJXL ", "JPEG XL"),
    (b"\x00\x00\x00\x0cjP  ", "JPEG 2000"),
    (b"\xff\x4f\xff\x51", "JPEG 2000"),
)
_SVG = re.compile(rb"<(?:[a-z]+:)?svg[\s>]", re.IGNORECASE)

_READ = "JPEG, PNG, WebP, AVIF, GIF and TIFF are read"
_HEIC = Refused(
    "heic-not-supported",
    "The image is HEIC, which is not read; export it as JPEG"
    " (on an iPhone: Settings, Camera, Formats, Most Compatible).",
)


def recognise(head: bytes) -> Format | Refused:
    """Return the format whose signature *head* (the first SNIFFED_BYTES of a file) bears."""
    if not head:
        return Refused("empty-file", "The file is empty.")
    for signature, found in _SIGNATURES:
        if head.startswith(signature):
            return found
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Format.WEBP
    if head[4:8] == b"ftyp":
        return _of_brands(head)
    if _SVG.search(_as_ascii(head)):
        return Format.SVG
    return _stranger(head)


def _of_brands(head: bytes) -> Format | Refused:
    """Read the brands of an ISO base media file (ISO/IEC 14496-12, box `ftyp`)."""
    brands = head[8 : min(int.from_bytes(head[:4]), 256)]
    found = {brands[at : at + 4] for at in range(0, len(brands), 4)}
    if found & _AVIF_BRANDS:
        return Format.AVIF
    return _HEIC if found & _HEIC_BRANDS or b"mif1" in found else _stranger(head)


def _as_ascii(head: bytes) -> bytes:
    return head.replace(b"\x00", b"") if head[:2] in (b"\xff\xfe", b"\xfe\xff") else head


def _stranger(head: bytes) -> Refused:
    for signature, name in _UNREAD:
        if head.startswith(signature):
            return Refused("format-not-supported", f"The file is {name}, which is not read; {_READ}.")
    kind = "text" if _is_text(head) else "no known image"
    return Refused("not-an-image", f"The file's content is {kind}, whatever its name says; {_READ}.")


def _is_text(head: bytes) -> bool:
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 3:  # a character may be cut at the end of the head
            return False
        text = head[: error.start].decode("utf-8")
    return all(character.isprintable() or character.isspace() for character in text)
