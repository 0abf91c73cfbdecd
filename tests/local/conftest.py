"""One local stack with the trial template for all tests of the local stack."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from local import stack
from local.build import Build, build
from local.clients import client
from local.deploy import Outputs, deploy
from local.environments import HOMES
from local.home import Endpoint, Home
from tests.local.waiting import eventually

TRIAL = Build(Path(__file__).parent / "trial" / "template.yaml", HOMES / "build-trial")


@dataclass(frozen=True)
class Trial:
    """The running trial: where it is, and what it put out."""

    home: Home
    endpoint: Endpoint
    outputs: Outputs

    def client(self, service: str) -> Any:
        """Make a client of the trial's root user."""
        return client(self.endpoint, service)

    def upload(self, key: str, body: bytes = b"a,b\n1,2\n") -> None:
        """Put an object into the inbox."""
        self.client("s3").put_object(Bucket=self.outputs["InboxBucketName"], Key=key, Body=body)

    def invoke(self, do: str, **arguments: Any) -> dict[str, Any]:
        """Invoke the processor's alias; a fault comes back as the payload that AWS would give."""
        answer = self.client("lambda").invoke(
            FunctionName=self.outputs["ProcessArn"], Payload=json.dumps({"do": do} | arguments)
        )
        return json.loads(answer["Payload"].read())

    def messages(self, queue: str) -> list[str]:
        """Take what is in the queue now."""
        answer = self.client("sqs").receive_message(
            QueueUrl=self.outputs[queue], MaxNumberOfMessages=10, WaitTimeSeconds=0
        )
        return [message["Body"] for message in answer.get("Messages", [])]

    def execute(self, **arguments: Any) -> dict[str, Any]:
        """Run the state machine to its end and describe it."""
        states = self.client("stepfunctions")
        request = {"slot": "2026-01-01T00:00:00Z", "processor": "process", "files": []} | arguments
        execution = states.start_execution(
            stateMachineArn=self.outputs["ProcessBatchStateMachineArn"], input=json.dumps(request)
        )["executionArn"]
        return eventually(lambda: ended(states.describe_execution(executionArn=execution)))

    def item(self, file_id: str) -> dict[str, Any]:
        """Read an item of the catalogue; an empty one if it is not there."""
        table = self.outputs["CatalogueTableName"]
        return (
            self.client("dynamodb").get_item(TableName=table, Key={"file_id": {"S": file_id}}).get("Item", {})
        )

    def items_of(self, key: str) -> list[dict[str, Any]]:
        """List the items of one object key."""
        items = self.client("dynamodb").scan(TableName=self.outputs["CatalogueTableName"])["Items"]
        return [item for item in items if item.get("key", {}).get("S") == key]

    def put_item(self, **attributes: str) -> None:
        """Write an item of strings."""
        item = {name: {"S": value} for name, value in attributes.items()}
        self.client("dynamodb").put_item(TableName=self.outputs["CatalogueTableName"], Item=item)


def ended(execution: dict[str, Any]) -> dict[str, Any] | None:
    return execution if execution["status"] != "RUNNING" else None


@pytest.fixture(scope="session")
def trial() -> Iterator[Trial]:
    with stack.session("trial") as (home, endpoint):
        build(TRIAL, home.deploy_log)
        yield Trial(home, endpoint, deploy(home, TRIAL))
