"""Requests that others send to Amazon S3 in our name, for some minutes."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from sluice.aws.errors import code_of, translated
from sluice.uploads import SECONDS, Form, Multipart

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_GONE = ("NoSuchUpload", "404", "NoSuchKey")
_BAD_PARTS = ("InvalidPart", "InvalidPartOrder", "EntityTooSmall", "MalformedXML")


class S3Presigner:
    """Signs uploads to the inbox and downloads from the outbox."""

    def __init__(self, client: "S3Client", *, inbox: str, outbox: str) -> None:
        self._client = client
        self._inbox = inbox
        self._outbox = outbox

    def form(self, key: str, *, content_type: str, least: int, most: int) -> Form:
        """Return a POST that puts from *least* to *most* bytes of this type at *key*, and nothing else."""
        post = self._client.generate_presigned_post(
            self._inbox,
            key,
            Fields={"Content-Type": content_type},
            Conditions=[{"Content-Type": content_type}, ["content-length-range", least, most]],
            ExpiresIn=SECONDS,
        )
        return Form(post["url"], post["fields"])

    def begin(self, key: str, *, content_type: str) -> Multipart:
        """Begin a multipart upload; the bucket drops what is not completed in seven days."""
        with translated("begin an upload"):
            answer = self._client.create_multipart_upload(
                Bucket=self._inbox, Key=key, ContentType=content_type
            )
        return Multipart(key, answer["UploadId"])

    def part(self, upload: Multipart, number: int) -> str:
        """Return the address that takes one part by PUT, and answers with its ETag."""
        params = {
            "Bucket": self._inbox, "Key": upload.key, "UploadId": upload.upload_id, "PartNumber": number
        }  # fmt: skip
        return self._client.generate_presigned_url("upload_part", Params=params, ExpiresIn=SECONDS)

    def complete(self, upload: Multipart, etags: Sequence[str]) -> str | None:
        """Put the parts together; None where the upload or one of its parts is not there."""
        parts = [{"PartNumber": number, "ETag": etag} for number, etag in enumerate(etags, 1)]
        try:
            with translated("complete an upload"):
                answer = self._client.complete_multipart_upload(
                    Bucket=self._inbox,
                    Key=upload.key,
                    UploadId=upload.upload_id,
                    MultipartUpload={"Parts": parts},  # type: ignore[typeddict-item]
                )
        except ClientError as error:
            if code_of(error) in (*_GONE, *_BAD_PARTS):
                return None
            raise
        return answer["Key"]

    def abort(self, upload: Multipart) -> bool:
        """Give up an upload; False where it is not there."""
        try:
            with translated("abort an upload"):
                self._client.abort_multipart_upload(
                    Bucket=self._inbox, Key=upload.key, UploadId=upload.upload_id
                )
        except ClientError as error:
            if code_of(error) in _GONE:
                return False
            raise
        return True

    def download(self, key: str) -> str:
        """Return the address of one result."""
        params = {"Bucket": self._outbox, "Key": key}
        return self._client.generate_presigned_url("get_object", Params=params, ExpiresIn=SECONDS)
