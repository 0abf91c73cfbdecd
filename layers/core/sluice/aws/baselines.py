"""Baselines as objects of the outbox: those of wide tables exceed an item of DynamoDB."""

import json
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from sluice.aws.errors import code_of, translated
from sluice.tables.baselines import Baseline

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

FOLDER = "datasets/"
CONFLICTS = ("PreconditionFailed", "ConditionalRequestConflict", "412", "409")


class S3Baselines:
    """One object a dataset, written only as it was read."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def get(self, dataset_id: str) -> tuple[Baseline | None, str]:
        """Return the baseline of a dataset, and the ETag that it has now."""
        with translated("read a baseline"):
            try:
                found = self._client.get_object(Bucket=self._bucket, Key=_key(dataset_id))
            except ClientError as error:
                if code_of(error) in ("NoSuchKey", "404"):
                    return None, ""
                raise
            return Baseline.from_json(json.loads(found["Body"].read())), found["ETag"]

    def put(self, dataset_id: str, baseline: Baseline, token: str) -> bool:
        """Write the baseline if it is still as it was read."""
        condition: dict[str, Any] = {"IfMatch": token} if token else {"IfNoneMatch": "*"}
        body = json.dumps(baseline.to_json(), ensure_ascii=False).encode()
        with translated("write a baseline"):
            try:
                self._client.put_object(
                    Bucket=self._bucket,
                    Key=_key(dataset_id),
                    Body=body,
                    ContentType="application/json",
                    **condition,
                )
            except ClientError as error:
                if code_of(error) in CONFLICTS:
                    return False
                raise
        return True


def _key(dataset_id: str) -> str:
    return f"{FOLDER}{dataset_id}.json"
