"""Puts files in and watches what becomes of them."""

import json
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from local.clients import client
from local.deploy import Outputs
from local.home import Endpoint

SENDERS = 4
BETWEEN_LOOKS = 2.0  # seconds; a look takes the emulator's time
PATIENCE = 120.0  # seconds without any new outcome, after which what is missing counts as lost
ENDS = ("success", "error", "failed", "skipped")
TABLE = b"id,name,amount\n" + b"".join(b"%d,item %d,%d.50\n" % (n, n, n) for n in range(20))

Item = dict[str, Any]


@dataclass(frozen=True)
class Site:
    """A deployed stack."""

    endpoint: Endpoint
    outputs: Outputs

    def client(self, service: str) -> Any:
        """Make a client of the stack's root user."""
        return client(self.endpoint, service)

    @cached_property
    def s3(self) -> Any:
        """The client that uploads; botocore's may be shared by threads."""
        return self.client("s3")

    def put(self, key: str) -> tuple[str, float]:
        """Upload a small table; return its key, and when the bucket had it."""
        self.s3.put_object(Bucket=self.outputs["InboxBucketName"], Key=key, Body=TABLE)
        return key, time.time()

    def ended(self) -> int:
        """Count the files that have an outcome; an index does it without reading them."""
        query = {"IndexName": "by-status", "Select": "COUNT", "KeyConditionExpression": "#status = :status"}
        pages = self.client("dynamodb").get_paginator("query")
        return sum(
            page["Count"]
            for status in ENDS
            for page in pages.paginate(
                TableName=self.outputs["CatalogueTableName"],
                ExpressionAttributeNames={"#status": "status"},
                ExpressionAttributeValues={":status": {"S": status}},
                **query,
            )
        )

    def items(self, prefix: str) -> Iterator[Item]:
        """Read the catalogue's items of the keys below a prefix."""
        plain = TypeDeserializer().deserialize
        pages = self.client("dynamodb").get_paginator("scan")
        for page in pages.paginate(TableName=self.outputs["CatalogueTableName"], ConsistentRead=True):
            for item in page["Items"]:
                if item.get("key", {}).get("S", "").startswith(prefix):
                    yield {name: plain(value) for name, value in item.items()}


@dataclass(frozen=True)
class Burst:
    """What became of many files at once."""

    keys: list[str]
    items: list[Item]
    seconds: float
    processed: Counter[str]
    """Times that each file's processing ended, by its id, as the functions' logs have it."""

    def figures(self) -> dict[str, Any]:
        """Return the figures that the issue of loss and speed turns on."""
        known = {item["key"] for item in self.items if item["status"] in ENDS}
        return {
            "files": len(self.keys),
            "lost": len(set(self.keys) - known),
            "times_processed_per_file": sum(self.processed.values()) / len(self.keys),
            "processed_more_than_once": sum(times > 1 for times in self.processed.values()),
            "outcomes": dict(Counter(item["status"] for item in self.items)),
            "drain_seconds": self.seconds,
            "files_per_second": len(self.keys) / self.seconds,
        }


def warm_up(site: Site) -> None:
    """Take one file through, so that nobody measures cold starts."""
    site.put("warm/up.csv")
    list(_until_ended(site, 1, before=0))


def burst(site: Site, count: int) -> Burst:
    """Upload *count* files as fast as they are taken; wait for their outcomes and announcements."""
    keys = [f"burst/{number % 100:02}/{number}.csv" for number in range(count)]
    before, started = site.ended(), time.monotonic()
    with ThreadPoolExecutor(SENDERS) as senders:
        uploads = senders.map(site.put, keys)
        for done in _until_ended(site, count, before):
            print(
                f"\r{done:>7} of {count} files have their outcome, {time.monotonic() - started:.0f} s", end=""
            )
        list(uploads)
    seconds = time.monotonic() - started
    print(flush=True)
    while any("unannounced" in item for item in site.items("burst/")):
        time.sleep(BETWEEN_LOOKS)
    items = list(site.items("burst/"))
    return Burst(keys, items, seconds, processed(site, {item["file_id"] for item in items}))


def steady(site: Site, seconds: float, rate: float) -> dict[str, float]:
    """Upload at a rate below capacity; return percentiles of seconds from upload to outcome."""
    before, started, put_at = site.ended(), time.monotonic(), {}
    with ThreadPoolExecutor(SENDERS) as senders:
        coming = []
        for number in range(int(seconds * rate)):
            time.sleep(max(0.0, started + number / rate - time.monotonic()))
            coming.append(senders.submit(site.put, f"steady/{number}.csv"))
        put_at = dict(upload.result() for upload in coming)
    list(_until_ended(site, len(put_at), before))
    waits = sorted(_ended_at(item) - put_at[item["key"]] for item in site.items("steady/"))
    cuts = statistics.quantiles(waits, n=100, method="inclusive")
    return {"steady_rate": rate, "p50_s": cuts[49], "p95_s": cuts[94], "p99_s": cuts[98], "most_s": waits[-1]}


def processed(site: Site, file_ids: set[str]) -> Counter[str]:
    """Count the log lines by which a processor says that a file's processing ended."""
    times: Counter[str] = Counter()
    logs = site.client("logs")
    for group in logs.describe_log_groups(logGroupNamePrefix="/sluice/sluice/")["logGroups"]:
        pages = logs.get_paginator("filter_log_events")
        for page in pages.paginate(logGroupName=group["logGroupName"]):
            for event in page["events"]:
                if '"file processed"' in event["message"]:
                    times[json.loads(event["message"])["file_id"]] += 1
    return Counter({file_id: times[file_id] for file_id in file_ids})


def _until_ended(site: Site, count: int, before: int) -> Iterator[int]:
    done, progressed = 0, time.monotonic()
    while done < count and time.monotonic() - progressed < PATIENCE:
        time.sleep(min(BETWEEN_LOOKS, 0.2 + count / 500))
        now_done = site.ended() - before
        if now_done > done:
            done, progressed = now_done, time.monotonic()
        yield done


def _ended_at(item: Item) -> float:
    return datetime.fromisoformat(item["processed_timestamp"]).timestamp()
