"""The catalogue's table: items read consistently, and changed under conditions."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from sluice.aws.batching import batched
from sluice.aws.errors import refusal_of, translated
from sluice.aws.items import attribute
from sluice.errors import ServiceBusyError
from sluice.outcomes import Status

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

LARGEST_BATCH = 100  # keys that BatchGetItem takes
ROUNDS = 8  # of asking again for what BatchGetItem left out
IS_UNFINISHED = "#status IN (:claimed, :processing)"
UNFINISHED_VALUES: dict[str, Any] = {":claimed": Status.CLAIMED, ":processing": Status.PROCESSING}


class CatalogueTable:
    """Knows nothing of what the attributes mean, but for `file_id`, the key."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def file_ids(
        self, index: str, condition: str, values: Mapping[str, Any], *, action: str
    ) -> Iterator[str]:
        """Yield the ids that an index has under a condition on its keys; it may be a moment behind."""
        names: dict[str, Any] = {"ExpressionAttributeNames": {"#status": "status"}}
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            IndexName=index,
            KeyConditionExpression=condition,
            ExpressionAttributeValues={name: attribute(value) for name, value in values.items()},
            **names if "#status" in condition else {},
        )
        with translated(action):
            for page in pages:
                yield from (item["file_id"]["S"] for item in page["Items"])

    def items(self, file_ids: Iterable[str], attributes: Sequence[str]) -> Iterator[dict[str, Any]]:
        """Yield these attributes of the files, as they are now."""
        for some in batched(file_ids, LARGEST_BATCH):
            yield from self._batch(some, attributes)

    def _batch(self, file_ids: Sequence[str], attributes: Sequence[str]) -> Iterator[dict[str, Any]]:
        names = {f"#{name}": name for name in attributes}
        wanted: Any = {
            self._table: {
                "Keys": [{"file_id": {"S": file_id}} for file_id in dict.fromkeys(file_ids)],
                "ConsistentRead": True,
                "ProjectionExpression": ", ".join(names),
                "ExpressionAttributeNames": names,
            }
        }
        for _ in range(ROUNDS):
            with translated("read the catalogue"):
                answer = self._client.batch_get_item(RequestItems=wanted)
            yield from answer["Responses"].get(self._table, [])
            wanted = answer.get("UnprocessedKeys")
            if not wanted:
                return
        raise ServiceBusyError("cannot read the catalogue: it keeps leaving keys out")

    def update(self, file_id: str, *, action: str = "write to the catalogue", **request: Any) -> Any:
        """Change an item; raise ClientError where a condition does not hold, which `refusal_of` reads."""
        with translated(action):
            return self._client.update_item(TableName=self._table, Key={"file_id": {"S": file_id}}, **request)

    def update_if(
        self, file_id: str, update: str, condition: str, values: Mapping[str, Any], **more: Any
    ) -> bool:
        """Change an item under a condition; False if it does not hold."""
        return self.refused(file_id, update, condition, values, **more) is None

    def refused(
        self,
        file_id: str,
        update: str,
        condition: str,
        values: Mapping[str, Any],
        *,
        names: Mapping[str, str] | None = None,
        see: bool = False,
    ) -> Mapping[str, Any] | None:
        """Change an item; None where the condition held, else nothing, or what stands there to *see*."""
        names = dict(names or {}) | ({"#status": "status"} if "#status" in update + condition else {})
        optional: dict[str, Any] = {"ExpressionAttributeNames": names} if names else {}
        optional |= {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"} if see else {}
        try:
            self.update(
                file_id,
                UpdateExpression=update,
                ConditionExpression=condition,
                ExpressionAttributeValues={name: attribute(value) for name, value in values.items()},
                **optional,
            )
        except ClientError as error:
            return refusal_of(error)
        return None
