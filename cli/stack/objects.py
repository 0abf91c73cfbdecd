"""The objects of a stack's buckets."""

import mimetypes
from collections.abc import Callable
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from cli.files import Facts, Upload
from cli.stack.address import as_sentences
from cli.stack.deployed import DeployedStack
from sluice.files import File

Progress = Callable[[int], None]  # called with the bytes that were sent since the last call


class Objects(DeployedStack):
    """What goes into the inbox and comes out of the outbox."""

    def put(self, file: Path, key: str, progress: Progress = lambda _: None) -> Upload:
        """Upload the file under the key, whatever its size."""
        inbox = self.outputs["InboxBucketName"]
        content_type = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        with as_sentences(self._address):
            extra = {"ContentType": content_type}
            self._s3.upload_file(str(file), inbox, key, ExtraArgs=extra, Callback=progress)
            version_id = self._s3.head_object(Bucket=inbox, Key=key).get("VersionId")
        return Upload(key, version_id)

    def results(self, facts: Facts) -> list[tuple[str, int]]:
        """List a file's results that are still there: keys in the outbox, and their sizes."""
        heads = (
            (key, self._head(self.outputs["OutboxBucketName"], key)) for key in facts.get("results") or ()
        )
        return [(key, head["ContentLength"]) for key, head in heads if head]

    def get(self, key: str, file: Path, progress: Progress = lambda _: None) -> None:
        """Download a result from the outbox."""
        with as_sentences(self._address):
            self._s3.download_file(self.outputs["OutboxBucketName"], key, str(file), Callback=progress)

    def object(self, key: str) -> File | None:
        """Return the newest version of an object of the inbox, as its arrival would describe it."""
        inbox = self.outputs["InboxBucketName"]
        head = self._head(inbox, key)
        if head is None:
            return None
        etag = head["ETag"].strip('"')
        version, size = head.get("VersionId"), head["ContentLength"]
        return File(inbox, key, version, etag, size, "", head["LastModified"], f"by hand: {key}"[:64])

    @property
    def region(self) -> str:
        """Return the region that the stack is in."""
        return str(self._s3.meta.region_name)

    def bucket_facts(self, bucket: str) -> tuple[str, bool]:
        """Return the region of a bucket, whosever it is, and whether it keeps versions."""
        with as_sentences(self._address):
            versioning = self._s3.get_bucket_versioning(Bucket=bucket)
            head = self._s3.head_bucket(Bucket=bucket)
        return head.get("BucketRegion", self.region), versioning.get("Status") == "Enabled"

    def event_settings(self, bucket: str) -> dict[str, Any]:
        """Return where a bucket sends its events, whosever it is."""
        with as_sentences(self._address):
            answer: dict[str, Any] = self._s3.get_bucket_notification_configuration(Bucket=bucket)
        return {name: value for name, value in answer.items() if name != "ResponseMetadata"}

    def change_event_settings(self, bucket: str, settings: dict[str, Any]) -> None:
        """Replace them; destinations that were configured before are not tried again."""
        with as_sentences(self._address):
            self._s3.put_bucket_notification_configuration(
                Bucket=bucket, NotificationConfiguration=settings, SkipDestinationValidation=True
            )

    def _head(self, bucket: str, key: str) -> dict[str, Any] | None:
        """Return what S3 says of an object; None if it is not there."""
        with as_sentences(self._address):
            try:
                head: dict[str, Any] = self._s3.head_object(Bucket=bucket, Key=key)
            except ClientError as error:
                if error.response["Error"]["Code"] != "404":
                    raise
                return None
        return head
