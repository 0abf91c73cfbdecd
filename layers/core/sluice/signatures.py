"""The one table of magic bytes: what a file is by the way it begins, whatever its name says."""

from dataclasses import dataclass

HEAD_BYTES = 4096  # of a file's beginning, which is all that is looked at
BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff")

_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f\b\x1b"))  # which text of no common encoding holds


@dataclass(frozen=True, slots=True)
class Signature:
    """
    Bytes at *offset* in every file of a type; *name* is what a person calls it, with its article.

    A text may begin with the letters of one that is *in_text_too* (a column named ID3, say): it counts only
    where control characters follow.
    """

    magic: bytes
    media_type: str
    name: str
    offset: int = 0
    in_text_too: bool = False

    def begins(self, head: bytes) -> bool:
        """Tell whether *head* is how a file of this type begins."""
        return head.startswith(self.magic, self.offset) and not (self.in_text_too and is_text(head))


AVIF = Signature(b"ftyp", "image/avif", "an AVIF image", 4)
HEIC = Signature(b"ftyp", "image/heic", "a HEIC image", 4)
MP4 = Signature(b"ftyp", "video/mp4", "an MP4 video", 4)
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"hevm", b"hevs", b"mif1"})

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

# Sources: the formats' specifications, and the IANA media type registry for the types.
SIGNATURES = (
    Signature(b"\xff\xd8\xff", "image/jpeg", "a JPEG image"),
    Signature(b"\x89PNG\r\n\x1a\n", "image/png", "a PNG image"),
    Signature(b"GIF87a", "image/gif", "a GIF image"),
    Signature(b"GIF89a", "image/gif", "a GIF image"),
    Signature(b"WEBP", "image/webp", "a WebP image", offset=8, in_text_too=True),
    Signature(b"II*\x00", "image/tiff", "a TIFF image"),
    Signature(b"MM\x00*", "image/tiff", "a TIFF image"),
    Signature(b"BM", "image/bmp", "a BMP image", in_text_too=True),
    Signature(b"8BPS", "image/vnd.adobe.photoshop", "a Photoshop image", in_text_too=True),
    Signature(b"\x00\x00\x01\x00", "image/vnd.microsoft.icon", "an icon"),
    Signature(b"\xff\x0a", "image/jxl", "a JPEG XL image"),
    Signature(b"\x00\x00\x00\x0cJXL ", "image/jxl", "a JPEG XL image"),
    Signature(b"\x00\x00\x00\x0cjP  ", "image/jp2", "a JPEG 2000 image"),
    Signature(b"\xff\x4f\xff\x51", "image/j2c", "a JPEG 2000 image"),
    Signature(b"%PDF-", "application/pdf", "a PDF document"),
    Signature(b"{\\rtf", "text/rtf", "a rich text document"),
    Signature(_OLE, "application/x-ole-storage", "an old Office document (such as XLS)"),
    Signature(b"PK\x03\x04", "application/zip", "a zip archive"),
    Signature(b"PK\x05\x06", "application/zip", "a zip archive"),
    Signature(b"\x1f\x8b", "application/gzip", "a gzip file"),
    Signature(b"\x28\xb5\x2f\xfd", "application/zstd", "a zstd file"),
    Signature(b"BZh", "application/x-bzip2", "a bzip2 archive", in_text_too=True),
    Signature(b"\xfd7zXZ\x00", "application/x-xz", "an xz archive"),
    Signature(b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed", "a 7z archive"),
    Signature(b"Rar!\x1a\x07", "application/vnd.rar", "a RAR archive"),
    Signature(b"PAR1", "application/vnd.apache.parquet", "a Parquet file", in_text_too=True),
    Signature(b"ARROW1", "application/vnd.apache.arrow.file", "an Arrow file", in_text_too=True),
    Signature(b"ORC", "application/x-orc", "an ORC file", in_text_too=True),
    Signature(b"Obj\x01", "application/avro", "an Avro file"),
    Signature(b"SQLite format 3\x00", "application/vnd.sqlite3", "a SQLite database"),
    Signature(b"\x7fELF", "application/x-elf", "a program"),
    Signature(b"MZ", "application/vnd.microsoft.portable-executable", "a program", in_text_too=True),
    Signature(b"OggS", "application/ogg", "an Ogg file", in_text_too=True),
    Signature(b"ID3", "audio/mpeg", "an MP3 file", in_text_too=True),
    Signature(b"ustar", "application/x-tar", "a tar archive", offset=257, in_text_too=True),
)  # fmt: skip


def signature_of(head: bytes) -> Signature | None:
    """Return the signature that *head*, a file's first HEAD_BYTES, bears; None if it bears none."""
    head = head[:HEAD_BYTES]
    if head.startswith(b"ftyp", 4) and not is_text(head):
        return _of_brands(head)
    return next((signature for signature in SIGNATURES if signature.begins(head)), None)


def _of_brands(head: bytes) -> Signature:
    """Read the brands of an ISO base media file (ISO/IEC 14496-12, box `ftyp`)."""
    brands = head[8 : min(int.from_bytes(head[:4]), 256)]
    found = {brands[at : at + 4] for at in range(0, len(brands), 4)}
    if found & _AVIF_BRANDS:
        return AVIF
    return HEIC if found & _HEIC_BRANDS else MP4


def is_text(head: bytes) -> bool:
    """Tell whether *head* holds no control characters other than white space and escape."""
    return len(head.translate(None, _CONTROLS)) == len(head)
