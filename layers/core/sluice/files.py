"""A file: one version of one object."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any, Self

RELEASE_CHECKS = "release-checks/"  # where the outbox holds golden files, and how their correlation ids begin
FILE_ID_DIGITS = 32  # 128 bits of SHA-256: no collision in any catalogue that fits on Earth


@dataclass(frozen=True, slots=True)
class File:
    """One version of one object, as the event of its arrival describes it."""

    bucket: str
    key: str
    """Verbatim: `a+b.csv` is `a+b.csv`, never unquoted."""
    version_id: str | None
    """None where the bucket is unversioned; the ETag then tells versions apart."""
    etag: str
    size: int
    """Bytes."""
    sequencer: str
    """Orders the versions of one key; see `is_newer`."""
    uploaded_at: datetime
    correlation_id: str
    """The id of the arrival event; every log line about the file carries it."""

    @property
    def file_id(self) -> str:
        """Hash of bucket, key and version: the same file has the same id however often it is announced."""
        return _id_of(self.bucket, self.key, self.version_id or self.etag)

    @property
    def is_release_check(self) -> bool:
        """Whether a release check laid the file down, and not somebody who uploads."""
        return self.correlation_id.startswith(RELEASE_CHECKS)

    @property
    def name(self) -> str:
        """The last part of the key; the key itself where that part is empty."""
        return name_of(self.key)

    @property
    def folder(self) -> str:
        """The key up to and with its last slash; empty at the top of the bucket."""
        return self.key[: self.key.rfind("/") + 1]

    @property
    def suffix(self) -> str:
        """The ending of the name in lower case, with its dot; empty if it has none."""
        return PurePosixPath(self.name).suffix.lower()

    def to_json(self) -> dict[str, Any]:
        """Return the form in which a file travels in an execution's input."""
        known = {name: getattr(self, name) for name in self.__slots__}
        return known | {"uploaded_at": self.uploaded_at.isoformat()}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote; names that this release does not know are passed over."""
        known = {name: data[name] for name in cls.__slots__}
        return cls(**known | {"uploaded_at": datetime.fromisoformat(data["uploaded_at"])})


@lru_cache(maxsize=1024)
def _id_of(bucket: str, key: str, version: str) -> str:
    identity = json.dumps([bucket, key, version], separators=(",", ":"))
    return hashlib.sha256(identity.encode()).hexdigest()[:FILE_ID_DIGITS]


def name_of(key: str) -> str:
    """Return the last part of a key; the key itself where that part is empty."""
    return key.rsplit("/", 1)[-1] or key


def is_newer(sequencer: str, other: str) -> bool:
    """
    Tell whether one version of a key is newer than another by their sequencers.

    Sequencers are hexadecimal, of different lengths, and comparable within one key only. They begin
    with a fixed-width time in seconds (`0055AED6DC…` is July 2015), so the shorter one is padded on the
    right. Source: Amazon S3 user guide, "Event message structure" (editions before 2022 say "left").
    """
    width = max(len(sequencer), len(other))
    return sequencer.upper().ljust(width, "0") > other.upper().ljust(width, "0")
