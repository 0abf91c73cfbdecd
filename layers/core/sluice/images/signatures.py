"""Tell an image's format from its first bytes, never from its name."""

import re

from sluice.images.image import Format, Refused
from sluice.signatures import BYTE_ORDER_MARKS, HEAD_BYTES, HEIC, Signature, signature_of

SNIFFED_BYTES = HEAD_BYTES  # an SVG may begin with a long comment; other formats show themselves in 32 bytes

_FORMATS = {f"image/{format_}": format_ for format_ in Format if format_ is not Format.SVG}
_PICTURES = ("image/", "application/pdf")  # what a person may take for an image
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
    signature = signature_of(head)
    if signature and signature.media_type in _FORMATS:
        return _FORMATS[signature.media_type]
    if signature is None and _SVG.search(_as_ascii(head)):
        return Format.SVG
    return _HEIC if signature is HEIC else _stranger(head, signature)


def _as_ascii(head: bytes) -> bytes:
    return head.replace(b"\x00", b"") if head.startswith(BYTE_ORDER_MARKS) else head


def _stranger(head: bytes, signature: Signature | None) -> Refused:
    if signature and signature.media_type.startswith(_PICTURES):
        return Refused("format-not-supported", f"The file is {signature.name}, which is not read; {_READ}.")
    if signature:
        return Refused("not-an-image", f"The file is {signature.name}, whatever its name says; {_READ}.")
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
