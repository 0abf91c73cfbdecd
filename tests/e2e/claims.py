"""The history of claims on the deployed stack, from the catalogue's stream: every write, in its order."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

UNFINISHED = ("claimed", "processing")
_plain = TypeDeserializer().deserialize


@dataclass(frozen=True)
class AtOnce:
    """The most files of a lane that were in flight at the same moment."""

    claimed: int
    """Claimed and without outcome."""
    kept: int
    """Of those, with a claim that was not given back before anything of it started."""


def history(product: Any) -> list[Mapping[str, Any]]:
    """Return every state of every item of the catalogue, in the order of the writes."""
    streams = product.client("dynamodbstreams")
    [stream] = streams.list_streams(TableName=product.outputs["CatalogueTableName"])["Streams"]
    shards = streams.describe_stream(StreamArn=stream["StreamArn"])["StreamDescription"]["Shards"]
    [shard] = shards  # the emulator has one, whose order is that of the writes
    iterator = streams.get_shard_iterator(
        StreamArn=stream["StreamArn"], ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    return [
        {name: _plain(value) for name, value in record["dynamodb"]["NewImage"].items()}
        for record in _records(streams, iterator)
        if "NewImage" in record["dynamodb"]
    ]


def at_once(states: list[Mapping[str, Any]]) -> AtOnce:
    """Count what was in flight after each write."""
    returned = {claim for state in states if (claim := _claim(state)) and not state["claimed_until"]}
    claimed: set[tuple[str, int]] = set()
    most = kept = 0
    for state in states:
        file_id = state["file_id"]
        claimed = {claim for claim in claimed if claim[0] != file_id}
        if (claim := _claim(state)) and state["claimed_until"]:
            claimed.add(claim)
        most, kept = max(most, len(claimed)), max(kept, len(claimed - returned))
    return AtOnce(most, kept)


def _claim(state: Mapping[str, Any]) -> tuple[str, int] | None:
    if state["status"] not in UNFINISHED:
        return None
    return state["file_id"], int(state["attempt"])


def _records(streams: Any, iterator: str) -> Iterator[Mapping[str, Any]]:
    while iterator:
        answer = streams.get_records(ShardIterator=iterator)
        if not answer["Records"]:
            return
        yield from answer["Records"]
        iterator = answer.get("NextShardIterator", "")
