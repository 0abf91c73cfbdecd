"""What the catalogue of a stack knows of files."""

from datetime import datetime
from typing import Any

from boto3.dynamodb.conditions import Key

from cli.files import STATUSES, Facts, Upload, newest_first
from cli.stack.address import as_sentences, refusals_as_sentences
from cli.stack.deployed import DeployedStack
from sluice.aws.catalogue_view import DynamoDBCatalogueView
from sluice.aws.items import json_ready
from sluice.catalogue_queries import FileQuery
from sluice.outcomes import Status

AT_ONCE = 100  # items in one BatchGetItem, the most there may be


class CatalogueReading(DeployedStack):
    """Reads the catalogue as people ask of it."""

    def files(self, status: str | None, limit: int) -> list[Facts]:
        """List the newest files, of one status or of all."""
        found: list[Facts] = []
        for one in (status,) if status else STATUSES:
            query = {"IndexName": "by-status", "ScanIndexForward": False, "Limit": limit}
            found += self._query(KeyConditionExpression=Key("status").eq(one), **query)
        return newest_first(found)[:limit]

    def count(self, status: str, since: datetime) -> int:
        """Count the files of one status that were uploaded since a moment: to count all may take minutes."""
        uploaded = Key("upload_timestamp").gte(since.isoformat())
        request = {
            "IndexName": "by-status",
            "Select": "COUNT",
            "KeyConditionExpression": Key("status").eq(status) & uploaded,
        }
        total = 0
        start: dict[str, Any] = {}
        while True:
            with as_sentences(self._address):
                page = self._catalogue.query(**request, **start)
            total += page["Count"]
            if not (last := page.get("LastEvaluatedKey")):
                return total
            start = {"ExclusiveStartKey": last}

    def file(self, file_id: str) -> Facts | None:
        """Look a file up by its id."""
        with as_sentences(self._address):
            item = self._catalogue.get_item(Key={"file_id": file_id}).get("Item")
        return json_ready(item) if item else None

    def files_named(self, name: str) -> list[Facts]:
        """List the newest 100 files of this name, in any folder and version, newest first."""
        query = {"IndexName": "by-name", "ScanIndexForward": False, "Limit": AT_ONCE}
        found = self._query(KeyConditionExpression=Key("file_name").eq(name), **query)
        return newest_first(self.whole(found))

    def whole(self, files: list[Facts]) -> list[Facts]:
        """Read all that is known of files, in their order: an index has only what it needs itself."""
        ids = [facts["file_id"] for facts in files]
        parts = [ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE)]
        known = {item["file_id"]: item for part in parts for item in self._items(part)}
        return [known[each] for each in ids if each in known]

    def files_below(self, prefix: str, status: str | None, limit: int) -> tuple[list[Facts], bool]:
        """Return the newest version of the newest keys that begin so, and whether there are more."""
        query = FileQuery(status=Status(status) if status else None, prefix=prefix)
        found: dict[str, Facts] = {}
        after = None
        while True:
            with refusals_as_sentences(self._address):
                page = self._view().find(query, limit=AT_ONCE, after=after)
            for facts in page.files:
                if len(found) == limit and facts["key"] not in found:
                    return list(found.values()), True
                found.setdefault(facts["key"], dict(facts))
            if page.next is None:
                return list(found.values()), False
            after = page.next

    def find(self, upload: Upload) -> Facts | None:
        """Look up what the catalogue knows of an upload; None until it knows it."""
        return next((facts for facts in self.files_named(upload.name) if upload.is_in(facts)), None)

    def _view(self) -> DynamoDBCatalogueView:
        return DynamoDBCatalogueView(self._address.client("dynamodb"), self.outputs["CatalogueTableName"])

    def _items(self, file_ids: list[str]) -> list[Facts]:
        """Read whole items, at most as many as one request takes."""
        name = self.outputs["CatalogueTableName"]
        keys = [{"file_id": file_id} for file_id in file_ids]
        items: list[Facts] = []
        while keys:
            with as_sentences(self._address):
                answer = self._resource.batch_get_item(RequestItems={name: {"Keys": keys}})
            items += [json_ready(item) for item in answer["Responses"][name]]
            keys = answer.get("UnprocessedKeys", {}).get(name, {}).get("Keys", [])
        return items

    def _query(self, **request: Any) -> list[Facts]:
        with as_sentences(self._address):
            return [json_ready(item) for item in self._catalogue.query(**request)["Items"]]
