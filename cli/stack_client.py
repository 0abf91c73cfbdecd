"""Talks to a deployed stack; the only module of the command line that knows AWS."""

import json
import mimetypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import boto3
from boto3.dynamodb.conditions import Key
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError

from cli.diagnosis import Patient
from cli.errors import CommandError
from cli.files import STATUSES, Facts, Upload, newest_first
from cli.lanes import Lanes
from sluice.aws.arrivals import SQSArrivals, SQSFailedFiles
from sluice.aws.catalogue_view import DynamoDBCatalogueView
from sluice.aws.dynamodb import DynamoDBCatalogue
from sluice.aws.lambda_functions import LambdaProcessor
from sluice.aws.lane_states import DynamoDBLaneStates
from sluice.aws.register import DynamoDBRegister
from sluice.aws.versions import DynamoDBVersions
from sluice.aws.webhook_queue import SQSDeliveries
from sluice.aws.webhook_secrets import ParameterSecrets
from sluice.aws.webhook_tables import DynamoDBDeliveryLog, DynamoDBRegistry
from sluice.catalogue_queries import FileQuery
from sluice.contracts.reading import contract_problems
from sluice.errors import SluiceError
from sluice.files import File
from sluice.outcomes import Status
from sluice.pace.pacing import Pace
from sluice.recovery.reprocessing import Gone, Reprocessor
from sluice.rules.editing import Editor
from sluice.rules.versions import Missing, Stale
from sluice.webhooks.registering import Webhooks

Progress = Callable[[int], None]  # called with the bytes that were sent since the last call

PATIENCE = Config(retries={"mode": "standard", "max_attempts": 3}, connect_timeout=5)
# A function may run for 15 minutes, and is not to run twice because nobody waited.
WHOLE_RUN = Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=910)
WAITING = "ApproximateNumberOfMessages"
IN_FLIGHT = "ApproximateNumberOfMessagesNotVisible"
AT_ONCE = 100  # items in one BatchGetItem, the most there may be
FAILED_FILES = "FailedFilesQueueUrl"


@dataclass(frozen=True)
class Address:
    """Where a stack is: how to reach AWS, and the stack's name there."""

    stack_name: str
    session: boto3.Session
    endpoint_url: str | None = None

    def client(self, service: str, config: Config | None = None) -> Any:
        """Make a client of one service."""
        return self.session.client(service, endpoint_url=self.endpoint_url, config=config or PATIENCE)

    def dynamodb(self) -> Any:
        """Make the tables' resource, whose items have Python's own types."""
        return self.session.resource("dynamodb", endpoint_url=self.endpoint_url, config=PATIENCE)


class StackClient:
    """One deployed stack: its buckets, queues and catalogue, found by its outputs."""

    def __init__(self, address: Address) -> None:
        self.outputs = _outputs(address)
        if "CatalogueTableName" not in self.outputs:
            raise CommandError(f"The stack {address.stack_name} is not deployed yet: see `sluice up`.")
        self._address = address
        self._s3 = address.client("s3")
        self._sqs = address.client("sqs")
        self._resource = address.dynamodb()
        self._catalogue = self._resource.Table(self.outputs["CatalogueTableName"])

    @property
    def endpoint_url(self) -> str | None:
        """Where a local stack listens; None for one on AWS."""
        return self._address.endpoint_url

    def patient(self) -> Patient:
        """Return the stack as `sluice doctor` looks at it, nested stacks included."""
        resources: dict[str, dict[str, str]] = {}
        with _as_sentences(self._address):
            for kind, name, physical in self._resources(self._address.stack_name):
                resources.setdefault(kind, {})[name] = physical
        return Patient(self.outputs, resources, self._address.client)

    def _resources(self, stack_name: str) -> Iterator[tuple[str, str, str]]:
        pages = self._address.client("cloudformation").get_paginator("list_stack_resources")
        for page in pages.paginate(StackName=stack_name):
            for each in page["StackResourceSummaries"]:
                physical = each.get("PhysicalResourceId", "")
                if each["ResourceType"] == "AWS::CloudFormation::Stack":
                    yield from self._resources(physical)
                yield each["ResourceType"], each["LogicalResourceId"], physical

    def put(self, file: Path, key: str, progress: Progress = lambda _: None) -> Upload:
        """Upload the file under the key, whatever its size."""
        inbox = self.outputs["InboxBucketName"]
        content_type = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        with _as_sentences(self._address):
            extra = {"ContentType": content_type}
            self._s3.upload_file(str(file), inbox, key, ExtraArgs=extra, Callback=progress)
            version_id = self._s3.head_object(Bucket=inbox, Key=key).get("VersionId")
        return Upload(key, version_id)

    def results(self, facts: Facts) -> list[tuple[str, int]]:
        """List a file's results that are still there: keys in the outbox, and their sizes."""
        found = []
        for key in facts.get("results") or ():
            with _as_sentences(self._address):
                try:
                    head = self._s3.head_object(Bucket=self.outputs["OutboxBucketName"], Key=key)
                except ClientError as error:
                    if error.response["Error"]["Code"] != "404":
                        raise
                    continue
            found.append((key, head["ContentLength"]))
        return found

    def get(self, key: str, file: Path, progress: Progress = lambda _: None) -> None:
        """Download a result from the outbox."""
        with _as_sentences(self._address):
            self._s3.download_file(self.outputs["OutboxBucketName"], key, str(file), Callback=progress)

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
            with _as_sentences(self._address):
                page = self._catalogue.query(**request, **start)
            total += page["Count"]
            if not (last := page.get("LastEvaluatedKey")):
                return total
            start = {"ExclusiveStartKey": last}

    def file(self, file_id: str) -> Facts | None:
        """Look a file up by its id."""
        with _as_sentences(self._address):
            item = self._catalogue.get_item(Key={"file_id": file_id}).get("Item")
        return _plain(item) if item else None

    def files_named(self, name: str) -> list[Facts]:
        """List the newest 100 files of this name, in any folder and version, newest first."""
        query = {"IndexName": "by-name", "ScanIndexForward": False, "Limit": AT_ONCE}
        found = self._query(KeyConditionExpression=Key("file_name").eq(name), **query)
        return newest_first(self._items([facts["file_id"] for facts in found]))

    def files_below(self, prefix: str, status: str | None, limit: int) -> tuple[list[Facts], bool]:
        """Return the newest version of the newest keys that begin so, and whether there are more."""
        query = FileQuery(status=Status(status) if status else None, prefix=prefix)
        found: dict[str, Facts] = {}
        after = None
        while True:
            with _as_sentences(self._address):
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

    def kept(self) -> dict[str, int]:
        """Return how many dead letters and failed files there are, by the outputs that are their queues."""
        kept = [name for name in self.outputs if name.endswith("DeadLettersUrl") or name == FAILED_FILES]
        return {name: sum(self._depth(self.outputs[name])) for name in kept}

    def invoke(self, output: str, request: dict[str, Any]) -> Any:
        """Invoke the function whose ARN is an output, wait for it, and return its answer."""
        if output not in self.outputs:
            raise CommandError(f"The stack has no {output} yet: deploy this release first.")
        with _as_sentences(self._address):
            answer = self._address.client("lambda", WHOLE_RUN).invoke(
                FunctionName=self.outputs[output], Payload=json.dumps(request)
            )
            payload = json.loads(answer["Payload"].read())
        if "FunctionError" in answer:
            raise CommandError(f"{payload.get('errorType')}: {payload.get('errorMessage')}")
        return payload

    @contextmanager
    def contracts(self) -> Iterator[Editor]:
        """Yield what contracts are kept with, likewise."""
        if "ContractsTableName" not in self.outputs:
            raise CommandError("The stack has no contracts yet: deploy this release first.")
        versions = DynamoDBVersions(self._address.client("dynamodb"), self.outputs["ContractsTableName"])
        with _as_sentences(self._address):
            try:
                yield Editor(versions, contract_problems, _now)
            except SluiceError as error:
                raise CommandError(f"AWS refused: {error}") from error

    @contextmanager
    def webhooks(self) -> Iterator[Webhooks]:
        """Yield the stack's webhooks; what goes wrong with AWS meanwhile is a sentence."""
        if "WebhooksTableName" not in self.outputs:
            raise CommandError("The stack has no webhooks yet: deploy this release first.")
        dynamodb, outputs = self._address.client("dynamodb"), self.outputs
        queues = (outputs["WebhookDeliveriesQueueUrl"], outputs["WebhookDeadLettersUrl"])
        with _as_sentences(self._address):
            try:
                yield Webhooks(
                    DynamoDBRegistry(dynamodb, outputs["WebhooksTableName"]),
                    ParameterSecrets(self._address.client("ssm"), outputs["WebhookSecretsPrefix"]),
                    DynamoDBDeliveryLog(dynamodb, outputs["WebhookDeliveriesTableName"], now=_now),
                    SQSDeliveries(self._sqs, *queues),
                    _now,
                )
            except SluiceError as error:
                raise CommandError(f"AWS refused: {error}") from error

    @contextmanager
    def reprocessing(self) -> Iterator[Callable[[str, str], bool]]:
        """Yield what processes a file again for somebody; it answers False where the file has moved on."""
        dynamodb, outputs = self._address.client("dynamodb"), self.outputs
        lanes = json.loads(outputs["LanePaces"])
        arrivals = {lane: outputs[f"{lane.capitalize()}ArrivalsQueueUrl"] for lane in lanes}
        with _as_sentences(self._address):
            again = Reprocessor(
                self._view(),
                DynamoDBRegister(dynamodb, outputs["CatalogueTableName"]),
                SQSArrivals(self._sqs, arrivals),
                _Untold(),
            )
            try:
                refused = (Missing, Gone, Stale)
                yield lambda file_id, by: not isinstance(again.reprocess(file_id, by=by), refused)
            except SluiceError as error:
                raise CommandError(f"AWS refused: {error}") from error

    def _view(self) -> DynamoDBCatalogueView:
        return DynamoDBCatalogueView(self._address.client("dynamodb"), self.outputs["CatalogueTableName"])

    def start_execution(self, output: str, request: dict[str, Any]) -> str:
        """Start the state machine whose ARN is an output; return the execution's ARN."""
        with _as_sentences(self._address):
            answer = self._address.client("stepfunctions").start_execution(
                stateMachineArn=self.outputs[output], input=json.dumps(request)
            )
        return str(answer["executionArn"])

    @contextmanager
    def processor(self, function: str) -> Iterator[Callable[[Any], Any]]:
        """Yield what invokes a function once; its own failures are raised as they are."""
        with _as_sentences(self._address):
            yield LambdaProcessor(self._address.client("lambda", WHOLE_RUN), lambda: function).call

    def event_settings(self, bucket: str) -> dict[str, Any]:
        """Return where a bucket sends its events, whosever it is."""
        with _as_sentences(self._address):
            answer: dict[str, Any] = self._s3.get_bucket_notification_configuration(Bucket=bucket)
        return {name: value for name, value in answer.items() if name != "ResponseMetadata"}

    def change_event_settings(self, bucket: str, settings: dict[str, Any]) -> None:
        """Replace them; destinations that were configured before are not tried again."""
        with _as_sentences(self._address):
            self._s3.put_bucket_notification_configuration(
                Bucket=bucket, NotificationConfiguration=settings, SkipDestinationValidation=True
            )

    def caller(self) -> str:
        """Return who is asking, as AWS names them."""
        with _as_sentences(self._address):
            return str(self._address.client("sts").get_caller_identity()["Arn"])

    @contextmanager
    def lanes(self) -> Iterator[Lanes]:
        """Yield the stack's lanes; what goes wrong with AWS meanwhile is a sentence."""
        if "LanesTableName" not in self.outputs:
            raise CommandError("The stack has no pace yet: deploy this release first.")
        dynamodb, outputs = self._address.client("dynamodb"), self.outputs
        defaults = {lane: Pace(**pace) for lane, pace in json.loads(outputs["LanePaces"]).items()}
        with _as_sentences(self._address):
            try:
                yield Lanes(
                    defaults,
                    DynamoDBLaneStates(dynamodb, outputs["LanesTableName"], defaults=defaults),
                    DynamoDBCatalogue(dynamodb, outputs["CatalogueTableName"]),
                    self._backlog,
                    self._age_of_the_oldest,
                    _now,
                )
            except SluiceError as error:
                raise CommandError(f"AWS refused: {error}") from error

    @contextmanager
    def ending(self) -> Iterator[tuple[DynamoDBCatalogue, SQSFailedFiles]]:
        """Yield what ends a file by hand: the catalogue, and the failed-files queue."""
        with _as_sentences(self._address):
            try:
                yield (
                    DynamoDBCatalogue(self._address.client("dynamodb"), self.outputs["CatalogueTableName"]),
                    SQSFailedFiles(self._sqs, self.outputs["FailedFilesQueueUrl"]),
                )
            except SluiceError as error:
                raise CommandError(f"AWS refused: {error}") from error

    def object(self, key: str) -> File | None:
        """Return the newest version of an object of the inbox, as its arrival would describe it."""
        inbox = self.outputs["InboxBucketName"]
        with _as_sentences(self._address):
            try:
                head = self._s3.head_object(Bucket=inbox, Key=key)
            except ClientError as error:
                if error.response["Error"]["Code"] != "404":
                    raise
                return None
        etag = head["ETag"].strip('"')
        version, size = head.get("VersionId"), head["ContentLength"]
        return File(inbox, key, version, etag, size, "", head["LastModified"], f"by hand: {key}"[:64])

    def _backlog(self, lane: str) -> int:
        return sum(self._depth(self.outputs[f"{lane.capitalize()}ArrivalsQueueUrl"]))

    def _age_of_the_oldest(self, lane: str) -> float | None:
        """Return what `dispatch` measured in the last five minutes; None where it received nothing."""
        now = _now()
        answer = self._address.client("cloudwatch").get_metric_statistics(
            Namespace="Sluice", MetricName="OldestFileAge", Period=60, Statistics=["Maximum"],
            Dimensions=[{"Name": "service", "Value": "dispatch"}, {"Name": "lane", "Value": lane}],
            StartTime=now - timedelta(minutes=5), EndTime=now,
        )  # fmt: skip
        points = sorted(answer["Datapoints"], key=lambda point: point["Timestamp"])
        return float(points[-1]["Maximum"]) if points else None

    def _depth(self, url: str) -> tuple[int, int]:
        with _as_sentences(self._address):
            answer = self._sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[WAITING, IN_FLIGHT])
        return int(answer["Attributes"][WAITING]), int(answer["Attributes"][IN_FLIGHT])

    def _items(self, file_ids: list[str]) -> list[Facts]:
        """Read whole items; the index by name knows only their ids."""
        name = self.outputs["CatalogueTableName"]
        keys = [{"file_id": file_id} for file_id in file_ids]
        items: list[Facts] = []
        while keys:
            with _as_sentences(self._address):
                answer = self._resource.batch_get_item(RequestItems={name: {"Keys": keys}})
            items += [_plain(item) for item in answer["Responses"][name]]
            keys = answer.get("UnprocessedKeys", {}).get(name, {}).get("Keys", [])
        return items

    def _query(self, **request: Any) -> list[Facts]:
        with _as_sentences(self._address):
            return [_plain(item) for item in self._catalogue.query(**request)["Items"]]


class _Untold:
    """A journal for what the command prints itself."""

    def noted(self, message: str, details: Any) -> None:
        """Say nothing."""


def _now() -> datetime:
    return datetime.now(UTC)


def _outputs(address: Address) -> dict[str, str]:
    """Read the stack's outputs; none if there is no such stack."""
    with _as_sentences(address):
        try:
            stack = address.client("cloudformation").describe_stacks(StackName=address.stack_name)["Stacks"][
                0
            ]
        except ClientError as error:
            if "does not exist" not in str(error):  # a code of its own this error has not
                raise
            return {}
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


@contextmanager
def _as_sentences(address: Address) -> Iterator[None]:
    try:
        yield
    except EndpointConnectionError as error:
        raise CommandError(f"Nothing answers at {address.endpoint_url or 'AWS'}.") from error
    except ClientError as error:
        raise CommandError(f"AWS refused: {error.response['Error']['Message']}") from error
    except BotoCoreError as error:
        raise CommandError(f"AWS cannot be reached: {error}") from error


def _plain(value: Any) -> Any:
    """Turn DynamoDB's numbers and sets into what JSON has."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list | set):
        return [_plain(item) for item in value]
    return value
