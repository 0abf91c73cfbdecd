"""The catalogue as people read it: single files, and lists in the order of upload, on DynamoDB."""

import heapq
from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from typing import TYPE_CHECKING, Any

from sluice.aws.batching import batched
from sluice.aws.errors import translated
from sluice.aws.items import attribute, facts_of
from sluice.catalogue_queries import Facts, FilePage, FileQuery, Position
from sluice.outcomes import Status

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MOST_PAGES = 10  # of an index that one list reads, 1 MB each: a rare prefix must not read a whole catalogue
AT_ONCE = 100  # items that BatchGetItem takes
MOST_NAMED = 3000  # files of one name, in whatever folder, that one list fetches
EARLIEST = "0"  # before every moment


class DynamoDBCatalogueView:
    """Reads the table and its indexes; what it lists may be a moment old."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def file(self, file_id: str) -> Facts | None:
        """Return all that is known of one file, as it is now."""
        key = {"file_id": attribute(file_id)}
        with translated("read the catalogue"):
            item = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item")
        return facts_of(item) if item else None

    def find(self, query: FileQuery, *, limit: int, after: Position | None = None) -> FilePage:
        """Return the newest files of *query* that are older than *after*."""
        found: list[Facts] = []
        for each in heapq.merge(*self._streams(query, after), key=_place, reverse=True):
            if isinstance(each, Position):
                return self._page(query, found, each)
            if after and _place(each) >= after:
                continue
            found.append(each)
            if len(found) == limit:
                return self._page(query, found, _place(each))
        return self._page(query, found, None)

    def _page(self, query: FileQuery, found: list[Facts], after: Position | None) -> FilePage:
        if query.name is None:  # a list by name has fetched them already
            found = self._whole(item["file_id"] for item in found)
        return FilePage(found, after)

    def _streams(self, query: FileQuery, after: Position | None) -> Iterator[Iterator[Facts | Position]]:
        until = min(query.until, after.upload_timestamp) if after else query.until
        if until < (query.since or EARLIEST):  # which DynamoDB refuses as a range
            return
        if query.name is not None:
            yield self._stream("by-name", "file_name", query.name, query, until)
            return
        for status in [query.status] if query.status else Status:
            yield self._stream("by-status", "status", status, query, until)

    def _stream(
        self, index: str, name: str, value: str, query: FileQuery, until: str
    ) -> Iterator[Facts | Position]:
        """
        Yield the admitted items of one partition, newest first; a Position where the reading was cut.

        Items of one moment come in any order, so they are held until all of them are there.
        """
        place: Position | None = None
        held: list[Facts] = []
        items = self._items(index, name, value, query.since, until)
        for moment, group in groupby(items, key=lambda item: item and item["upload_timestamp"]):
            if moment is None and place:
                yield place
                return
            yield from filter(query.admits, held)
            place = _place(held[-1]) if held else place
            if moment is None:
                yield place or Position(until, "")
                return
            held = sorted(group, key=_place, reverse=True)
        yield from filter(query.admits, held)

    def _items(self, index: str, name: str, value: str, since: str, until: str) -> Iterator[Any]:
        named = index == "by-name"  # which has keys alone, so that each file has to be fetched
        pieces: Any = {"Limit": AT_ONCE} if named else {}
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            IndexName=index,
            KeyConditionExpression="#name = :value AND upload_timestamp BETWEEN :since AND :until",
            ExpressionAttributeNames={"#name": name},
            ExpressionAttributeValues={
                ":value": attribute(value), ":since": attribute(since or EARLIEST), ":until": attribute(until)
            },
            ScanIndexForward=False,
            **pieces,
        )  # fmt: skip
        with translated("list the catalogue"):
            for page in islice(pages, MOST_NAMED // AT_ONCE if named else MOST_PAGES):
                items = map(facts_of, page["Items"])
                yield from self._whole(item["file_id"] for item in items) if named else items
                if "LastEvaluatedKey" not in page:
                    return
        yield None

    def _whole(self, file_ids: Iterable[str]) -> list[Facts]:
        """Return all that is known of files, in their order; one that is gone by now is left out."""
        known: dict[str, Facts] = {}
        wanted = list(file_ids)
        for some in batched(wanted, AT_ONCE):
            keys: list[Any] = [{"file_id": attribute(file_id)} for file_id in some]
            while keys:
                with translated("read the catalogue"):
                    answer = self._client.batch_get_item(RequestItems={self._table: {"Keys": keys}})
                known |= {item["file_id"]: item for item in map(facts_of, answer["Responses"][self._table])}
                keys = _left(answer, self._table)
        return [known[file_id] for file_id in wanted if file_id in known]


def _place(item: Facts | Position) -> Position:
    if isinstance(item, Position):
        return item
    return Position(item["upload_timestamp"], item["file_id"])


def _left(answer: Any, table: str) -> list[Any]:
    """Return the keys that DynamoDB has not read yet, because it was busy or the answer is full."""
    return list(answer["UnprocessedKeys"].get(table, {}).get("Keys", []))
