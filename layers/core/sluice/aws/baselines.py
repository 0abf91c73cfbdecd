"""Baselines in a table, where a write costs an eighth of an object's; those of wide tables in the outbox."""

import json
import zlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from sluice.aws.errors import code_of, refusal_of, translated
from sluice.aws.items import attribute
from sluice.tables.baselines import Baseline

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

FOLDER = "datasets/"
KEEP = timedelta(days=400)  # after a dataset's last file: what comes once a year is still compared
LARGEST = 8 * 1024  # bytes of an item's baseline; eight units of writing cost as much as an object


class DynamoDBBaselines:
    """
    One item a dataset, written only as it was read.

    The item holds the baseline as compressed JSON, or, where that is large, the key of an object that does.
    Such an object is written once and belongs to one file, so that only the item decides which is in force.
    Before there was a table a dataset's baseline was `datasets/ID.json` in the outbox; it is read until the
    dataset's next file.
    """

    def __init__(
        self,
        dynamodb: "DynamoDBClient",
        table: str,
        s3: "S3Client",
        bucket: str,
        now: Callable[[], datetime],
    ) -> None:
        self._dynamodb = dynamodb
        self._table = table
        self._s3 = s3
        self._bucket = bucket
        self._now = now

    def get(self, dataset_id: str) -> tuple[Baseline | None, str]:
        """Return the baseline of a dataset, and the version that its item has now."""
        key = {"dataset_id": attribute(dataset_id)}
        with translated("read a baseline"):
            found = self._dynamodb.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item")
            if not found:
                return self._read(f"{FOLDER}{dataset_id}.json"), ""
            version = found["version"]["N"]
            if "object" in found:
                return self._read(found["object"]["S"]), version
        return _unpacked(zlib.decompress(found["baseline"]["B"])), version

    def put(self, dataset_id: str, baseline: Baseline, token: str) -> bool:
        """Write the baseline if the item is still as it was read."""
        with translated("write a baseline"):
            item = self._kept(dataset_id, baseline) | {
                "dataset_id": attribute(dataset_id),
                "version": attribute(int(token or 0) + 1),
                "expires_at": attribute(int((self._now() + KEEP).timestamp())),
            }
            try:
                self._dynamodb.put_item(TableName=self._table, Item=item, **_unchanged(token))
            except ClientError as error:
                refusal_of(error)
                return False
        return True

    def _kept(self, dataset_id: str, baseline: Baseline) -> dict[str, Any]:
        """Return the attribute that holds the baseline, or that says where its object is."""
        document = json.dumps(baseline.to_json()).encode()
        packed = zlib.compress(document)
        if len(packed) <= LARGEST:
            return {"baseline": {"B": packed}}
        key = f"{FOLDER}{dataset_id}/{baseline.file_id}.json"
        self._s3.put_object(Bucket=self._bucket, Key=key, Body=document, ContentType="application/json")
        return {"object": attribute(key)}

    def _read(self, key: str) -> Baseline | None:
        try:
            return _unpacked(self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read())
        except ClientError as error:
            if code_of(error) in ("NoSuchKey", "404"):
                return None
            raise


def _unpacked(document: bytes) -> Baseline:
    return Baseline.from_json(json.loads(document))


def _unchanged(token: str) -> dict[str, Any]:
    """Return the condition under which the item is as it was read; an empty token is of none."""
    if not token:
        return {"ConditionExpression": "attribute_not_exists(dataset_id)"}
    values = {":seen": attribute(int(token))}
    return {"ConditionExpression": "version = :seen", "ExpressionAttributeValues": values}
