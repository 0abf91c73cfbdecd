"""One local stack with the product's template for all end-to-end tests."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from boto3.dynamodb.types import TypeDeserializer

from local import stack
from local.build import Build, build
from local.clients import client
from local.deploy import STACK_NAME, Outputs, deploy
from local.home import Endpoint
from tests.e2e.requests import Api
from tests.local.waiting import eventually
from tests.privileges.deployed import Deployed
from tests.privileges.recorded import Record
from tests.summaries import validate_summary

HERE = Path(__file__).parent
UNFINISHED = ("claimed", "processing")
WITHIN = 60  # seconds; the first file of a stack waits for cold starts


@dataclass(frozen=True)
class Product:
    """The running product: where it is, and what it put out."""

    endpoint: Endpoint
    outputs: Outputs
    call_log: Path
    """What its functions called, so far."""

    def client(self, service: str) -> Any:
        """Make a client of the stack's root user."""
        return client(self.endpoint, service)

    def upload(self, key: str, body: bytes, **more: Any) -> str:
        """Put an object into the inbox and return its version."""
        bucket = self.outputs["InboxBucketName"]
        return self.client("s3").put_object(Bucket=bucket, Key=key, Body=body, **more)["VersionId"]

    def delete(self, key: str, version: str) -> None:
        """Delete one version of an object for good."""
        bucket = self.outputs["InboxBucketName"]
        self.client("s3").delete_object(Bucket=bucket, Key=key, VersionId=version)

    def event(self, key: str, version: str, size: int = 8) -> dict[str, Any]:
        """Make the event by which EventBridge announces an object of the inbox."""
        return {
            "version": "0",
            "id": str(uuid4()),
            "source": "aws.s3",
            "detail-type": "Object Created",
            "time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "detail": {
                "version": "0",
                "bucket": {"name": self.outputs["InboxBucketName"]},
                "object": {
                    "key": key,
                    "size": size,
                    "etag": "d41d8cd98f00b204e9800998ecf8427e",
                    "version-id": version,
                    "sequencer": "0055AED6DCD90281E5",
                },
            },
        }

    def send(self, queue: str, body: str) -> None:
        """Put a message on a queue."""
        self.client("sqs").send_message(QueueUrl=self.outputs[queue], MessageBody=body)

    def messages(self, queue_url: str) -> list[dict[str, Any]]:
        """Take what is in the queue now."""
        sqs = self.client("sqs")
        answer = sqs.receive_message(
            QueueUrl=queue_url, MaxNumberOfMessages=10, WaitTimeSeconds=0, MessageAttributeNames=["All"]
        )
        for message in answer.get("Messages", []):
            sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
        return answer.get("Messages", [])

    def renew(self, function: str, **variables: str) -> None:
        """
        Let a new version of a function take over, as a deployment does; *variables* are added to its own.

        Its environments are new too: they know no rules and no webhooks from before, which others keep for
        half a minute.
        """
        functions = self.client("lambda")
        found = self.client("cloudformation").describe_stack_resource(
            StackName=STACK_NAME, LogicalResourceId=f"{function}Function"
        )
        name = found["StackResourceDetail"]["PhysicalResourceId"]
        own = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
        functions.update_function_configuration(
            FunctionName=name, Environment={"Variables": own | variables}, Description=f"renewed {uuid4()}"
        )
        version = functions.publish_version(FunctionName=name)["Version"]
        functions.update_alias(FunctionName=name, Name="live", FunctionVersion=version)

    def is_drained(self, queue: str) -> bool:
        """Tell whether no message of the queue waits, nor is being handled."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        answer = self.client("sqs").get_queue_attributes(QueueUrl=self.outputs[queue], AttributeNames=names)
        return all(answer["Attributes"][name] == "0" for name in names)

    def items_of(self, key: str) -> list[dict[str, Any]]:
        """Read all items of the catalogue for one object key, oldest first."""
        pages = self.client("dynamodb").get_paginator("scan")
        plain = TypeDeserializer().deserialize
        items = [
            {name: plain(value) for name, value in item.items()}
            for page in pages.paginate(TableName=self.outputs["CatalogueTableName"], ConsistentRead=True)
            for item in page["Items"]
            if item["key"]["S"] == key
        ]
        return sorted(items, key=lambda item: item["upload_timestamp"])

    def outcomes(self, key: str, count: int = 1) -> list[dict[str, Any]]:
        """Wait until *count* versions of a key have an outcome that was announced."""

        def ended() -> list[dict[str, Any]]:
            items = self.items_of(key)
            done = [item for item in items if item["status"] not in UNFINISHED and "unannounced" not in item]
            return done if len(done) == len(items) == count else []

        return eventually(ended, within=WITHIN)

    def outcome(self, key: str) -> dict[str, Any]:
        """Wait for the one outcome of a key."""
        [item] = self.outcomes(key)
        return item

    def result(self, key: str) -> Any:
        """Read a JSON result from the outbox; a summary is what its schema says."""
        body = self.client("s3").get_object(Bucket=self.outputs["OutboxBucketName"], Key=key)["Body"]
        document = json.loads(body.read())
        if key.endswith("_summary.json"):
            validate_summary(document)
        return document

    def marks_of(self, key: str) -> tuple[dict[str, str], dict[str, str]]:
        """Return the metadata and the tags of a result."""
        s3, where = self.client("s3"), {"Bucket": self.outputs["OutboxBucketName"], "Key": key}
        tags = s3.get_object_tagging(**where)["TagSet"]
        return s3.head_object(**where)["Metadata"], {tag["Key"]: tag["Value"] for tag in tags}

    def executions_with(self, file_id: str) -> list[dict[str, Any]]:
        """List the executions whose input names a file."""
        return [execution for execution in self.executions() if file_id in execution["input"]]

    def executions(self) -> list[dict[str, Any]]:
        """List all executions of the main state machine, with their inputs."""
        states = self.client("stepfunctions")
        pages = states.get_paginator("list_executions")
        arn = self.outputs["ProcessBatchStateMachineArn"]
        return [
            states.describe_execution(executionArn=execution["executionArn"])
            for page in pages.paginate(stateMachineArn=arn)
            for execution in page["executions"]
        ]

    def log_lines(self, function: str) -> list[dict[str, Any]]:
        """Read what a function logged as JSON."""
        answer = self.client("logs").filter_log_events(logGroupName=f"/sluice/sluice/{function}")
        lines = [event["message"] for event in answer["events"]]
        return [json.loads(line) for line in lines if line.startswith("{")]

    def subscriber(self) -> str:
        """Subscribe a new queue to the outcomes and return its URL."""
        sqs = self.client("sqs")
        queue = sqs.create_queue(QueueName=f"subscriber-{uuid4()}")["QueueUrl"]
        attributes = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "sns.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": attributes["QueueArn"],
            "Condition": {"ArnEquals": {"aws:SourceArn": self.outputs["OutcomesTopicArn"]}},
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": policy})
        self.client("sns").subscribe(
            TopicArn=self.outputs["OutcomesTopicArn"], Protocol="sqs", Endpoint=attributes["QueueArn"]
        )
        return queue


@pytest.fixture(scope="session")
def product() -> Iterator[Product]:
    with stack.session("product") as (home, endpoint):
        build(Build(), home.deploy_log)
        yield Product(endpoint, deploy(home, Build(), {"ImageAnalysis": "on"}), home.call_log)


@pytest.fixture
def api(product: Product) -> Api:
    return Api(product)


@pytest.fixture(scope="session")
def deployed() -> Deployed:
    """The names that the template gives, with which calls of every stack of the session are told."""
    return Deployed()


@pytest.fixture(scope="session")
def others() -> Record:
    """What was called in stacks that have ended since."""
    return Record()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the tests of privileges judge what all others have called: they come last of this folder."""
    judging = [item for item in items if item.path.name == "test_privileges.py"]
    others = [item for item in items if item not in judging]
    end = max((n + 1 for n, item in enumerate(others) if item.path.parent == HERE), default=len(others))
    items[:] = [*others[:end], *judging, *others[end:]]
