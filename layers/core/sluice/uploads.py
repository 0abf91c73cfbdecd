"""How files are handed in over the API: where each goes, and in how many parts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

MIB = 1024**2
GIB = 1024**3
LARGEST_POST = 5 * GIB  # bytes that one request may carry (Amazon S3 user guide, "Uploading objects")
LARGEST_OBJECT = 48_800 * GIB  # what 10,000 parts of the largest size come to, just below S3's 50 TB
MOST_PARTS = 10_000
KEY_BYTES = 1024  # UTF-8 bytes of an object's key (Amazon S3 user guide, "Naming Amazon S3 objects")
SMALLEST_PART = 64 * MIB
SECONDS = 900  # that a presigned request may be begun in: the session that signs it may not last longer

_OURS = re.compile(r"[^\x00-\x1f\x7f]+/[0-9a-f]{32}/(?!\.{1,2}$)[^\x00-\x1f\x7f/]+")
_UPLOAD_ID = re.compile(r"[!-~]{1,1000}")


@dataclass(frozen=True, slots=True)
class Form:
    """A POST that uploads one file: the address, and the fields that go before it."""

    url: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Multipart:
    """A multipart upload that has begun."""

    key: str
    upload_id: str

    @property
    def is_ours(self) -> bool:
        """Tell whether the key is one that `upload_key` makes, and the id one that S3 may have given."""
        is_key = _OURS.fullmatch(self.key) and len(self.key.encode()) <= KEY_BYTES
        return bool(is_key and _UPLOAD_ID.fullmatch(self.upload_id))


def part_size(size: int) -> int:
    """Return the bytes of each part but the last: whole MiB, so many that MOST_PARTS suffice."""
    return max(SMALLEST_PART, ceil(size / MOST_PARTS / MIB) * MIB)


def parts_of(size: int) -> int:
    """Return the number of parts."""
    return max(1, ceil(size / part_size(size)))


def upload_key(folder: str, unique: str, name: str) -> str:
    """
    Return the key of a file that is handed in: nobody chooses it, so nobody overwrites another's file.

    The folder is what rules match by.
    """
    return f"{folder.strip('/') or 'uploads'}/{unique}/{name}"
