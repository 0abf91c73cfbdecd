"""Inbox and outbox on Amazon S3."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from botocore.exceptions import ClientError

from sluice.aws.errors import code_of, translated
from sluice.aws.s3_metadata import metadata_of, tagging_of
from sluice.aws.streams import BodyReader
from sluice.errors import ServiceBusyError
from sluice.files import File, is_newer
from sluice.outcomes import Status

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_NEW: tuple[dict[str, str], str] = ({"IfNoneMatch": "*"}, "")
PUBLISH_ATTEMPTS = 5  # another version of the same key may be published between our look and our write


class S3Inbox:
    """Streams files: none is ever held in memory whole."""

    def __init__(self, client: "S3Client") -> None:
        self._client = client

    @contextmanager
    def open(self, file: File) -> Iterator[BinaryIO]:
        """Stream exactly the version that arrived; raise FileMissingError if it is gone."""
        with translated(f"read {file.file_id}"):
            body = self._client.get_object(**version_request(file))["Body"]
            with closing(body):
                yield cast(BinaryIO, BodyReader(body))

    def declared_type(self, file: File) -> str:
        """Return the content type that the sender declared; raise FileMissingError if it is gone."""
        with translated(f"look at {file.file_id}"):
            return self._client.head_object(**version_request(file)).get("ContentType", "")


def version_request(file: File) -> dict[str, Any]:
    """Pin the version, or the ETag where there is none, so that a new upload cannot change what is read."""
    request: dict[str, Any] = {"Bucket": file.bucket, "Key": file.key}
    return request | ({"VersionId": file.version_id} if file.version_id else {"IfMatch": file.etag})


def _now() -> datetime:
    return datetime.now(UTC)


class S3Outbox:
    """Publishes results so that a plain name always shows the newest version of its file."""

    def __init__(self, client: "S3Client", bucket: str, now: Callable[[], datetime] = _now) -> None:
        self._client = client
        self._bucket = bucket
        self._now = now
        self._new_file = ""
        """Id of the file whose last result was the first under its key: its others will be, too."""

    def publish(
        self, key: str, body: bytes, *, content_type: str, file: File, status: Status = Status.SUCCESS
    ) -> str:
        """
        Write a result of *file*, with metadata and tags of what it was made from; return the key it is at.

        Where a newer version of the file has published already, the result goes below `superseded/`.
        Results of a golden file stay in its own folder of the outbox, where release checks clear them.
        """
        if file.bucket == self._bucket:
            key = file.folder + key
        made_from = self._made_from(file, status)
        for attempt in range(PUBLISH_ATTEMPTS):
            condition, sequencer = _NEW if self._expects_none(file, attempt) else self._current(key)
            self._new_file = file.file_id if condition == _NEW[0] else ""
            if sequencer and is_newer(sequencer, file.sequencer):
                superseded = f"superseded/{file.file_id}/{key}"
                return self._put(superseded, Body=body, ContentType=content_type, **made_from)
            try:
                return self._put(key, Body=body, ContentType=content_type, **made_from, **condition)
            except ClientError as error:
                if code_of(error) not in ("PreconditionFailed", "ConditionalRequestConflict", "412", "409"):
                    raise
        raise ServiceBusyError(f"cannot publish {key!r}: it keeps changing")

    def _expects_none(self, file: File, attempt: int) -> bool:
        """Tell whether a look can be saved; the condition of the write holds in any case."""
        return attempt == 0 and self._new_file == file.file_id

    def _current(self, key: str) -> tuple[dict[str, str], str]:
        """Return the condition under which *key* is as it is now, and the sequencer it was made from."""
        try:
            head = self._client.head_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            if code_of(error) in ("404", "NoSuchKey"):
                return _NEW
            with translated(f"look at {key!r}"):
                raise
        return {"IfMatch": head["ETag"]}, head["Metadata"].get("sequencer", "")

    def _made_from(self, file: File, status: Status) -> dict[str, Any]:
        at = self._now()
        return {"Metadata": metadata_of(file, status, at), "Tagging": tagging_of(file, status, at)}

    def _put(self, key: str, **request: Any) -> str:
        with _unless_conditional(f"write {key!r}"):
            self._client.put_object(Bucket=self._bucket, Key=key, **request)
        return key


@contextmanager
def _unless_conditional(action: str) -> Iterator[None]:
    """Translate errors, but let a failed condition through: it is an answer, not a fault."""
    try:
        yield
    except ClientError as error:
        if code_of(error) in ("PreconditionFailed", "ConditionalRequestConflict", "412", "409"):
            raise
        with translated(action):
            raise
