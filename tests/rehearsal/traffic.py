"""People's files: they flow while versions come and go, and what became of each is known exactly."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from boto3.dynamodb.types import TypeDeserializer
from botocore.exceptions import ClientError

from local.clients import client
from local.deploy import Outputs
from local.home import Endpoint
from tests.local.waiting import eventually
from tests.rehearsal.versions import COLOUR

PER_SECOND = 4
WITHIN = 90  # seconds from the last upload to the last outcome; a slow version holds files up
FOLDER = "uploads/rehearsal/"
UNFINISHED = ("claimed", "processing")


@dataclass
class Traffic:
    """Uploads, and what the catalogue and the outbox say of them."""

    endpoint: Endpoint
    outputs: Outputs
    rows: dict[str, int] = field(default_factory=dict)
    """Key to the rows that the file has."""

    @contextmanager
    def flowing(self) -> Iterator[None]:
        """Upload a file every now and then while the block runs."""
        over = threading.Event()
        uploads = threading.Thread(target=self._upload_until, args=(over,), daemon=True)
        uploads.start()
        try:
            yield
        finally:
            over.set()
            uploads.join()

    def _upload_until(self, over: threading.Event) -> None:
        for number in count(len(self.rows)):
            if over.wait(1 / PER_SECOND):
                return
            self.upload(number)

    def upload(self, number: int) -> None:
        """Upload the file of a number; every third one has a column of its own."""
        name = COLOUR if number % 3 == 0 else "size"
        key, rows = f"{FOLDER}{name}/{number}.csv", number % 7 + 1
        body = f"id,{name}\n" + "".join(f"{row},{name[0]}{row}\n" for row in range(rows))
        self._client("s3").put_object(Bucket=self.outputs["InboxBucketName"], Key=key, Body=body.encode())
        self.rows[key] = rows

    def settled(self) -> list[dict[str, Any]]:
        """Wait until every file has its outcome and was announced; return the items."""
        return eventually(self._all_ended, within=WITHIN)

    def faults(self, items: list[dict[str, Any]]) -> Iterator[str]:
        """Yield a sentence for each file that was lost, is wrong, or was published wrong."""
        found = [item["key"] for item in items]
        for key, rows in self.rows.items():
            if found.count(key) != 1:
                yield f"{key} has {found.count(key)} outcomes"
            summary = self._summary(key)
            if summary is None or summary.get("row_count") != rows:
                yield f"{key} has {rows} rows, and its published summary says {summary}"
        for item in items:
            if (item["status"], item.get("row_count")) != ("success", self.rows[item["key"]]):
                yield f"{item['key']} ended as {item['status']} with {item.get('row_count')} rows"
        yield from (f"left of a release check: {key}" for key in self._left())

    def _all_ended(self) -> list[dict[str, Any]]:
        items = [item for item in self._items() if item["key"].startswith(FOLDER)]
        done = [item for item in items if item["status"] not in UNFINISHED and "unannounced" not in item]
        return done if len(done) == len(items) and {item["key"] for item in done} == set(self.rows) else []

    def _items(self) -> Iterator[dict[str, Any]]:
        plain = TypeDeserializer().deserialize
        pages = self._client("dynamodb").get_paginator("scan")
        for page in pages.paginate(TableName=self.outputs["CatalogueTableName"], ConsistentRead=True):
            for item in page["Items"]:
                yield {name: plain(value) for name, value in item.items()}

    def _summary(self, key: str) -> dict[str, Any] | None:
        name = f"processed/{key.removesuffix('.csv')}_summary.json"
        try:
            found = self._client("s3").get_object(Bucket=self.outputs["OutboxBucketName"], Key=name)
        except ClientError:
            return None
        return json.loads(found["Body"].read())

    def _left(self) -> Iterator[str]:
        yield from (item["key"] for item in self._items() if "release_check" in item)
        answer = self._client("s3").list_objects_v2(
            Bucket=self.outputs["OutboxBucketName"], Prefix="release-checks/"
        )
        yield from (each["Key"] for each in answer.get("Contents", ()))
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        kept = self._client("sqs").get_queue_attributes(
            QueueUrl=self.outputs["FailedFilesQueueUrl"], AttributeNames=names
        )["Attributes"]
        yield from (f"{kept[name]} messages of failed files" for name in names if kept[name] != "0")

    def _client(self, service: str) -> Any:
        return client(self.endpoint, service)
