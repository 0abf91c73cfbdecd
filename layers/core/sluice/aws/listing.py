"""The inbox on Amazon S3 as the sweep lists it, and the reports beside the results."""

import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from sluice.aws.errors import translated
from sluice.errors import FileMissingError
from sluice.files import File
from sluice.recovery.sweep_ports import Page
from sluice.recovery.sweeps import listed_file

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

LOOKS_AT_ONCE = 10  # as many connections as a client keeps


class S3Listing:
    """Lists versions; of an unversioned bucket, the objects as the version `null`."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def prefixes(self, prefix: str) -> list[str]:
        """Return the first thousand folders."""
        with translated("list folders"):
            answer = self._client.list_objects_v2(Bucket=self._bucket, Prefix=prefix, Delimiter="/")
        return [each["Prefix"] for each in answer.get("CommonPrefixes", ())]

    def first(self, prefix: str, *, after: str) -> str | None:
        """Return the first key that there is; versions behind a marker of deletion do not show."""
        with translated("look for a key"):
            answer = self._client.list_objects_v2(
                Bucket=self._bucket, Prefix=prefix, StartAfter=after, MaxKeys=1
            )
        return next((each["Key"] for each in answer.get("Contents", ())), None)

    def versions(self, prefix: str, *, after: str, after_version: str) -> Page:
        """Return up to a thousand versions."""
        markers: Any = {"KeyMarker": after} if after else {}
        if after and after_version:
            markers["VersionIdMarker"] = after_version
        with translated("list versions"):
            answer = self._client.list_object_versions(Bucket=self._bucket, Prefix=prefix, **markers)
        following = (answer.get("NextKeyMarker", ""), answer.get("NextVersionIdMarker", ""))
        return Page(
            [
                listed_file(
                    self._bucket, each["Key"], version_id=each.get("VersionId", ""), etag=each["ETag"],
                    size=each["Size"], modified=each["LastModified"], is_latest=each["IsLatest"],
                )
                for each in answer.get("Versions", ())
            ],
            following if answer.get("IsTruncated") and following[0] else None,
        )  # fmt: skip

    def missing(self, files: Sequence[File]) -> list[File]:
        """Ask for each, some at once."""
        with ThreadPoolExecutor(LOOKS_AT_ONCE) as pool:
            return [file for file, gone in zip(files, pool.map(self._is_gone, files), strict=True) if gone]

    def _is_gone(self, file: File) -> bool:
        version: Any = {"VersionId": file.version_id} if file.version_id else {}
        try:
            with translated(f"look at {file.file_id}"):
                head = self._client.head_object(Bucket=file.bucket, Key=file.key, **version)
        except FileMissingError:
            return True
        return not file.version_id and head["ETag"].strip('"') != file.etag  # another content by now


class S3Results:
    """The results in the outbox, each with the id of its file."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def remove(self, key: str, *, file: File) -> bool:
        """Delete it, as it was looked at: the outbox is versioned, so that it can be brought back."""
        try:
            with translated(f"look at {key!r}"):
                head = self._client.head_object(Bucket=self._bucket, Key=key)
            if head["Metadata"].get("file-id") != file.file_id:
                return False
            with translated(f"remove {key!r}"):
                self._client.delete_object(Bucket=self._bucket, Key=key, IfMatch=head["ETag"])
        except FileMissingError:  # gone already, or replaced while we looked
            return False
        return True


class S3Reports:
    """Reports as JSON in the outbox."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def keep(self, key: str, report: Mapping[str, Any]) -> str:
        """Write the report."""
        body = json.dumps(report, ensure_ascii=False, indent=2).encode()
        with translated("keep a report"):
            self._client.put_object(Bucket=self._bucket, Key=key, Body=body, ContentType="application/json")
        return key
