"""Take the metadata out of an encoded image without touching a pixel."""

from collections.abc import Callable, Iterator

from sluice.images.image import Format

# Markers of ITU-T T.81, table B.1.
_MARKER = 0xFF
_END_OF_IMAGE = 0xD9
_START_OF_SCAN = 0xDA
_PROFILE_SEGMENT = 0xE2
_STUFFING_AND_RESTARTS = frozenset({0x00, *range(0xD0, 0xD8)})
_APPLICATIONS_AND_COMMENTS = frozenset({*range(0xE0, 0xF0), 0xFE})
_LOOKS = frozenset({0xE0, 0xEE})  # JFIF and Adobe's colour transform: without them colours may change
_JPEG_PROFILE = b"ICC_PROFILE\x00"
# PNG, third edition, table 7, without texts, time, Exif, and animation: nobody looks beyond the first image.
_PNG_KEPT = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB"}
    | {b"cICP", b"mDCV", b"cLLI", b"bKGD", b"hIST", b"pHYs", b"sPLT"}
)
_WEBP_KEPT = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})
_WEBP_FLAGS_DROPPED = 0x08 | 0x04  # VP8X: Exif, XMP


def without_metadata(content: bytes, kind: Format) -> bytes | None:
    """
    Return the same image with nothing but its pixels and colour profile, or None where that is not known.

    What follows the end of the image (thumbnails, films, archives) goes too.
    """
    strip = _STRIPPERS.get(kind)
    try:
        return strip(content) if strip else None
    except (IndexError, ValueError):
        return None


def _strip_jpeg(content: bytes) -> bytes:
    """Copy the segments that are kept, up to the end of the image."""
    kept = [content[:2]]
    at = 2
    while True:
        marker = content[at + 1]
        if content[at] != _MARKER or marker in (_MARKER, 0x00):
            raise ValueError("no marker where one must be")
        if marker == _END_OF_IMAGE:
            return b"".join([*kept, content[at : at + 2]])
        end = at + 2 + int.from_bytes(content[at + 2 : at + 4])
        segment = content[at:end]
        if marker == _START_OF_SCAN:
            end = _end_of_scan(content, end)
            segment = content[at:end]
        if _is_kept(marker, segment):
            kept.append(segment)
        at = end


def _is_kept(marker: int, segment: bytes) -> bool:
    if marker == _PROFILE_SEGMENT:
        return segment[4:].startswith(_JPEG_PROFILE)
    return marker in _LOOKS or marker not in _APPLICATIONS_AND_COMMENTS


def _end_of_scan(content: bytes, at: int) -> int:
    """Return where the entropy-coded data from *at* ends: at a marker that is no stuffing and no restart."""
    while True:
        at = content.index(b"\xff", at)
        if content[at + 1] not in _STUFFING_AND_RESTARTS:
            return at
        at += 2


def _strip_png(content: bytes) -> bytes:
    kept = [content[:8]]
    for name, start, end in _png_chunks(content):
        if name in _PNG_KEPT:
            kept.append(content[start:end])
        if name == b"IEND":
            return b"".join(kept)
    raise ValueError("no end of image")


def _png_chunks(content: bytes) -> Iterator[tuple[bytes, int, int]]:
    at = 8
    while at < len(content):
        end = at + 12 + int.from_bytes(content[at : at + 4])
        yield content[at + 4 : at + 8], at, end
        at = end


def _strip_webp(content: bytes) -> bytes:
    kept = []
    at, end_of_image = 12, 8 + int.from_bytes(content[4:8], "little")
    while at < min(end_of_image, len(content)):
        name, size = content[at : at + 4], int.from_bytes(content[at + 4 : at + 8], "little")
        end = at + 8 + size + size % 2  # chunks are padded to even lengths
        if name in _WEBP_KEPT:
            kept.append(_without_flags(content[at:end]) if name == b"VP8X" else content[at:end])
        at = end
    body = b"".join([b"WEBP", *kept])
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def _without_flags(chunk: bytes) -> bytes:
    return chunk[:8] + bytes([chunk[8] & ~_WEBP_FLAGS_DROPPED]) + chunk[9:]


_STRIPPERS: dict[Format, Callable[[bytes], bytes]] = {
    Format.JPEG: _strip_jpeg,
    Format.PNG: _strip_png,
    Format.WEBP: _strip_webp,
}
