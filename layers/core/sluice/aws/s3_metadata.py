"""What every result carries as S3 metadata and tags: what it was made from, when, and how that ended."""

from datetime import datetime
from itertools import accumulate
from unicodedata import category, normalize
from urllib.parse import quote, urlencode

from sluice.files import File
from sluice.outcomes import Status

# Amazon S3 user guide, "Working with object metadata": 2 KB for all names and values, in US-ASCII.
LONGEST_NAME = 1_500
# Amazon S3 user guide, "Categorizing your objects using tags": letters, numbers, spaces and these; UTF-16.
LONGEST_TAG = 256
_TAG_SIGNS = "+-=._:/@"


def metadata_of(file: File, status: Status, at: datetime) -> dict[str, str]:
    """
    Return the user metadata of a result of *file*.

    The name is percent-encoded UTF-8 (RFC 3986; `urllib.parse.unquote` gives it back), for S3 itself rewrites
    what looks like RFC 2047. What has more than LONGEST_NAME characters then is cut.
    """
    return {
        "file-id": file.file_id,
        "sequencer": file.sequencer,
        "original-filename": _encoded(file.name),
        "processed-timestamp": at.isoformat(),
        "status": status.value,
    }


def tagging_of(file: File, status: Status, at: datetime) -> str:
    """Return the same as tags, to find and bill by: a character that no tag may hold is a `_` in the name."""
    tags = {
        "file_id": file.file_id,
        "original_filename": _taggable(file.name),
        "processed_timestamp": at.isoformat(),
        "status": status.value,
    }
    return urlencode(tags)


def _encoded(name: str) -> str:
    """Encode whole characters, as many as fit."""
    characters = [quote(character, safe="") for character in name]
    lengths = accumulate(map(len, characters))
    return "".join(one for one, end in zip(characters, lengths, strict=True) if end <= LONGEST_NAME)


def _taggable(name: str) -> str:
    """Compose letters with their accents first, for a combining mark alone is no letter."""
    allowed = "".join(one if _may_be_tagged(one) else "_" for one in normalize("NFC", name))
    return allowed.encode("utf-16-le")[: LONGEST_TAG * 2].decode("utf-16-le", errors="ignore")


def _may_be_tagged(character: str) -> bool:
    return character in _TAG_SIGNS or category(character)[0] in "LN" or category(character) == "Zs"
