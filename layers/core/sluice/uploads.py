"""How files are handed in over the API: where each goes, and in how many parts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

MIB = 1024**2
GIB = 1024**3
LARGEST_POST = 5 * GIB  # bytes that one request may carry (Amazon S3 user guide, "Uploading objects")
LARGEST_OBJECT = 48_800 * GIB  # what 10,000 parts of the largest size come to, just below S3's 50 TB
MOST_PARTS = 10_000
SMALLEST_PART = 64 * MIB
SECONDS = 900  # that a presigned request may be begun in: the session that signs it may not last longer


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


def is_complete(etags: Sequence[str], size: int) -> bool:
    """Tell whether there are as many parts as the size asks for."""
    return len(etags) == parts_of(size)
