"""The most files in flight at once on the deployed stack: by their claims, and by what was started."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

UNFINISHED = ("claimed", "processing")
_plain = TypeDeserializer().deserialize


def most_claimed(product: Any, prefix: str) -> int:
    """Count the claims without outcome after each write that the catalogue's stream tells of."""
    claimed: set[str] = set()
    most = 0
    for state in history(product):
        if state["key"].startswith(prefix):
            lives = state["status"] in UNFINISHED and state["claimed_until"]
            claimed = claimed | {state["file_id"]} if lives else claimed - {state["file_id"]}
            most = max(most, len(claimed))
    return most


def most_started(product: Any, items: list[Mapping[str, str]]) -> int:
    """Count the files of executions that were started, up to their outcomes."""
    starts: dict[str, datetime] = {}
    for execution in sorted(product.executions(), key=lambda each: each["startDate"]):
        for file in json.loads(execution["input"])["files"]:
            starts.setdefault(file["file_id"], execution["startDate"])
    changes = [(starts[item["file_id"]], 1) for item in items]
    changes += [(_whole(datetime.fromisoformat(item["processed_timestamp"])), -1) for item in items]
    started = most = 0
    for _, change in sorted(changes):
        started += change
        most = max(most, started)
    return most


def history(product: Any) -> Iterator[Mapping[str, Any]]:
    """Yield every state of every item of the catalogue, in the order of the writes."""
    streams = product.client("dynamodbstreams")
    [stream] = streams.list_streams(TableName=product.outputs["CatalogueTableName"])["Streams"]
    shards = streams.describe_stream(StreamArn=stream["StreamArn"])["StreamDescription"]["Shards"]
    [shard] = shards  # the emulator has one, whose order is that of the writes
    iterator = streams.get_shard_iterator(
        StreamArn=stream["StreamArn"], ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    while iterator:
        answer = streams.get_records(ShardIterator=iterator)
        if not answer["Records"]:
            return
        for record in answer["Records"]:
            if image := record["dynamodb"].get("NewImage"):
                yield {name: _plain(value) for name, value in image.items()}
        iterator = answer.get("NextShardIterator", "")


def _whole(moment: datetime) -> datetime:
    """Return the millisecond, as executions tell it of their start; an outcome in it is the earlier one."""
    return moment - timedelta(microseconds=moment.microsecond % 1000)
