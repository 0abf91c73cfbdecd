"""A deployed stack, as the benchmark sees it."""

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from local import call_log
from local.clients import client
from local.deploy import Outputs
from local.home import Endpoint

ENDS = ("success", "error", "failed", "skipped")
TABLE = b"id,name,amount\n" + b"".join(b"%d,item %d,%d.50\n" % (n, n, n) for n in range(20))
LOGS = "/sluice/"

Item = dict[str, Any]
_plain = TypeDeserializer().deserialize


@dataclass(frozen=True)
class Site:
    """Where it is, and what it put out."""

    endpoint: Endpoint
    outputs: Outputs
    call_log: Path
    """Where the session writes down each call of a function."""

    def client(self, service: str) -> Any:
        """Make a client of the stack's root user."""
        return client(self.endpoint, service)

    @cached_property
    def s3(self) -> Any:
        """The client that uploads; botocore's may be shared by threads."""
        return self.client("s3")

    @cached_property
    def dynamodb(self) -> Any:
        """The client that looks at the catalogue."""
        return self.client("dynamodb")

    def put(self, key: str) -> tuple[str, float]:
        """Upload a small table; return its key, and when the bucket had it."""
        self.s3.put_object(Bucket=self.outputs["InboxBucketName"], Key=key, Body=TABLE)
        return key, time.time()

    def ended(self) -> int:
        """Count the files that have an outcome; an index does it without reading them."""
        return sum(self._count("by-status", "status", status) for status in ENDS)

    def unannounced(self) -> int:
        """Count the outcomes of which nobody was told yet."""
        return sum(self._count("by-unannounced", "unannounced", status) for status in ENDS)

    def running(self) -> int:
        """Count the executions that have not ended, up to a page of them."""
        page = self.client("stepfunctions").list_executions(
            stateMachineArn=self.outputs["ProcessBatchStateMachineArn"], statusFilter="RUNNING"
        )
        return len(page["executions"])

    def items(self, prefix: str) -> Iterator[Item]:
        """Read the catalogue's items of the keys below a prefix."""
        for item in self._scanned(self.outputs["CatalogueTableName"]):
            if str(item.get("key", "")).startswith(prefix):
                yield item

    def reads(self, prefix: str) -> Counter[str]:
        """Count, by key, how often functions read the files below a prefix: a small one once each time."""
        below = f"arn:aws:s3:::{self.outputs['InboxBucketName']}/"
        return Counter(
            call.resource.removeprefix(below)
            for call in call_log.read(self.call_log)
            if call.action == "s3:GetObjectVersion" and call.resource.startswith(below + prefix)
        )

    def baselines(self) -> Iterator[Item]:
        """Read what the next files of each dataset are compared with."""
        for name in self.dynamodb.list_tables()["TableNames"]:
            if "Datasets" in name:
                yield from self._scanned(name)

    def states(self) -> Counter[str]:
        """Count all files by status."""
        return Counter(str(item["status"]) for item in self.items(""))

    def log_lines(self) -> Iterator[tuple[str, str]]:
        """Yield pairs of function and line: `ProfileCsv` for the log group `profile-csv`."""
        logs = self.client("logs")
        for group in logs.describe_log_groups(logGroupNamePrefix=LOGS)["logGroups"]:
            name = group["logGroupName"]
            function = "".join(part.capitalize() for part in name.rsplit("/", 1)[-1].split("-"))
            for page in logs.get_paginator("filter_log_events").paginate(logGroupName=name):
                for event in page["events"]:
                    yield function, event["message"]

    def _count(self, index: str, name: str, value: str) -> int:
        pages = self.dynamodb.get_paginator("query").paginate(
            TableName=self.outputs["CatalogueTableName"],
            IndexName=index,
            Select="COUNT",
            KeyConditionExpression="#name = :value",
            ExpressionAttributeNames={"#name": name},
            ExpressionAttributeValues={":value": {"S": value}},
        )
        return sum(page["Count"] for page in pages)

    def _scanned(self, table: str) -> Iterator[Item]:
        pages = self.dynamodb.get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
        for page in pages:
            for item in page["Items"]:
                yield {name: _plain(value) for name, value in item.items()}
