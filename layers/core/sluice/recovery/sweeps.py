"""A sweep, in parts: what each part goes through, how far it is, and how a listed version becomes a file."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Self
from uuid import NAMESPACE_URL, uuid5

from sluice.errors import UnexpectedEventError
from sluice.files import File

EXAMPLES = 20


class Part(StrEnum):
    """What a part of a sweep does."""

    STUCK = "stuck"
    """Frees files whose claim has long expired."""
    UNANNOUNCED = "unannounced"
    """Announces again what nobody was told."""
    LISTING = "listing"
    """Takes in the versions of the inbox, between two keys, that the catalogue does not know."""
    GONE = "gone"
    """Marks files of the catalogue, of one segment, whose version is no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepPart:
    """One part and how far it is; it travels between invocations as JSON."""

    part: Part
    prefix: str = ""
    current_only: bool = False
    """Leave versions alone that a newer one has replaced."""
    dry_run: bool = False
    grace_seconds: int = 900
    """What is younger may still be on its way: S3 tells of most objects within a minute."""
    days: int | None = None
    """Leave older versions alone, which the catalogue may have forgotten; None for none."""
    limit: int | None = None
    """Files to act on at most; None for all."""
    pages: int | None = None
    """That one invocation goes through at most, each of a thousand versions; None for as many as it can."""
    after: str = ""
    """The key behind which the listing begins; of a part that was begun, where it goes on."""
    after_version: str = ""
    until: str | None = None
    """The last key, itself included; None for no end."""
    segment: int = 0
    segments: int = 1
    token: Mapping[str, Any] | None = None
    """Where the catalogue is read on."""
    is_whole: bool = False
    """Nothing of it is left; False of one that its limit ended."""
    counts: Mapping[str, int] = field(default_factory=dict)
    examples: Sequence[str] = ()
    """Some keys that were taken in."""

    def to_json(self) -> dict[str, Any]:
        """Return the form in which a part travels."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote; raise UnexpectedEventError for another shape."""
        try:
            known = {each.name: data[each.name] for each in fields(cls) if each.name in data}
            return cls(**known | {"part": Part(data["part"])})
        except (KeyError, TypeError, ValueError) as error:
            raise UnexpectedEventError(f"this is not a part of a sweep: {error!r}") from error

    def counted(self, **numbers: int) -> Self:
        """Return the part with these added to its counts."""
        counts = dict(self.counts)
        for name, number in numbers.items():
            counts[name] = counts.get(name, 0) + number
        return replace(self, counts=counts)

    def covers(self, key: str) -> bool:
        """Tell whether *key* lies before the end of this part."""
        return self.until is None or key <= self.until

    @property
    def room(self) -> int | None:
        """How many more files may be acted on; None for any number."""
        if self.limit is None:
            return None
        return max(0, self.limit - sum(self.counts.get(name, 0) for name in ("taken_in", "freed", "gone")))


@dataclass(frozen=True, slots=True)
class Listed:
    """One version in a listing."""

    file: File
    is_latest: bool


def listed_file(
    bucket: str, key: str, *, version_id: str, etag: str, size: int, modified: datetime, is_latest: bool
) -> Listed:
    """
    Return the file that a listing shows, as its arrival would have announced it.

    The version `null` is that of an unversioned bucket, so the ETag tells versions apart. A listing shows no
    sequencer: one is made of the time of the upload in whole seconds, with which sequencers begin (see
    `is_newer`); the latest version gets the highest of its second, so that it counts as the newest.
    """
    etag = etag.strip('"')
    own_version = None if version_id in ("", "null") else version_id
    sequencer = f"00{int(modified.timestamp()):08X}" + ("FF" if is_latest else "")
    correlation_id = str(uuid5(NAMESPACE_URL, f"s3://{bucket}/{key}?{own_version or etag}"))
    file = File(bucket, key, own_version, etag, size, sequencer, modified, correlation_id)
    return Listed(file, is_latest)
