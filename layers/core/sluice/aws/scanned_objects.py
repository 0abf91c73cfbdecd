"""Objects of the inbox as Amazon GuardDuty scans them, on Amazon S3."""

from typing import TYPE_CHECKING, Any

from sluice.aws.errors import translated
from sluice.aws.s3 import version_request
from sluice.files import File
from sluice.malware.scans import TAG, Scan

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class S3ScannedObjects:
    """Asks for what the event of a scan leaves out, and for the tag that GuardDuty writes."""

    def __init__(self, client: "S3Client") -> None:
        self._client = client

    def file_of(self, scan: Scan) -> File:
        """
        Return the file with the size and time that its object has.

        Its sequencer is made of the time of the upload in whole seconds, with which sequencers begin, as that
        of a file that the sweep finds: of two versions of one second neither is the newer one.
        """
        asked: dict[str, Any] = {"Bucket": scan.bucket, "Key": scan.key}
        asked |= {"VersionId": scan.version_id} if scan.version_id else {"IfMatch": scan.etag}
        with translated("look at a scanned object"):
            found = self._client.head_object(**asked)
        return File(
            bucket=scan.bucket,
            key=scan.key,
            version_id=scan.version_id,
            etag=found["ETag"].strip('"'),
            size=found["ContentLength"],
            sequencer=f"00{int(found['LastModified'].timestamp()):08X}",
            uploaded_at=found["LastModified"],
            correlation_id=scan.event_id,
        )

    def verdict_on(self, file: File) -> str:
        """Return the tag's value; of an object without versions it is that of whatever has the key now."""
        asked = {name: value for name, value in version_request(file).items() if name != "IfMatch"}
        with translated("read an object's tags"):
            tags = self._client.get_object_tagging(**asked)["TagSet"]
        return next((tag["Value"] for tag in tags if tag["Key"] == TAG), "")
