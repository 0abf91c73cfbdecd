"""Watermarks on Amazon S3."""

from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING

from sluice.aws.errors import translated
from sluice.errors import FileMissingError, MisconfiguredError
from sluice.files import File
from sluice.images.image import Refused
from sluice.images.options import Bucket, WatermarkImage
from sluice.images.signatures import SNIFFED_BYTES, recognise

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

MAX_BYTES = 5 * 1024**2
FRESH_SECONDS = 60.0  # a new version is used after that; a batch fetches its watermark once


class S3Watermarks:
    """Reads watermarks from the bucket of the file they are laid over, or from the outbox."""

    def __init__(self, client: "S3Client", outbox: str, clock: Callable[[], float] = monotonic) -> None:
        self._client = client
        self._outbox = outbox
        self._clock = clock
        self._last: tuple[tuple[str, str], float, bytes] | None = None

    def fetch(self, image: WatermarkImage, file: File) -> bytes:
        """Return the watermark; raise MisconfiguredError if it is missing, no image, or above MAX_BYTES."""
        place = (self._outbox if image.bucket is Bucket.OUTBOX else file.bucket, image.key)
        if self._last and self._last[0] == place and self._clock() < self._last[1] + FRESH_SECONDS:
            return self._last[2]
        content = self._read(*place)
        self._last = (place, self._clock(), content)
        return content

    def _read(self, bucket: str, key: str) -> bytes:
        try:
            with translated(f"read the watermark {key!r}"):
                found = self._client.get_object(Bucket=bucket, Key=key)
                content = found["Body"].read(MAX_BYTES + 1)
        except FileMissingError as error:
            raise MisconfiguredError(f"there is no watermark {key!r} in {bucket}") from error
        if len(content) > MAX_BYTES:
            raise MisconfiguredError(f"the watermark {key!r} has more than {MAX_BYTES // 1024**2} MiB")
        kind = recognise(content[:SNIFFED_BYTES])
        if isinstance(kind, Refused):
            raise MisconfiguredError(f"the watermark {key!r} is of no use. {kind.sentence}")
        return bytes(content)
