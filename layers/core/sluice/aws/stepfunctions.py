"""Executions on AWS Step Functions."""

import json
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from sluice.aws.errors import code_of, translated
from sluice.batches import Batch

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient


class StepFunctionsExecutions:
    """Starts executions of one state machine."""

    def __init__(self, client: "SFNClient", state_machine: str) -> None:
        self._client = client
        self._state_machine = state_machine

    def start(self, batch: Batch) -> None:
        """Start the batch's execution; its name exists if and only if it was started before."""
        try:
            with translated("start an execution"):
                self._client.start_execution(
                    stateMachineArn=self._state_machine,
                    name=batch.execution_name,
                    input=json.dumps(batch.to_json(), ensure_ascii=False),
                )
        except ClientError as error:
            if code_of(error) != "ExecutionAlreadyExists":
                raise
