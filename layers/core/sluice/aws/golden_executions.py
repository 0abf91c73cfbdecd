"""Golden executions on AWS Step Functions, and their verdict for AWS CloudFormation."""

import json
import urllib.request
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from sluice.aws.errors import code_of, translated
from sluice.release.ports import Ended
from sluice.release.requests import StackChange

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

ALIAS = "live"
RUNNING = ("RUNNING", "PENDING_REDRIVE")
ANSWER_BYTES = 4096  # CloudFormation takes no longer answer
ANSWER_SECONDS = 10


class StepFunctionsMachines:
    """Versions of state machines, whose alias is `live`."""

    def __init__(self, client: "SFNClient") -> None:
        self._client = client

    def is_live(self, version: str) -> bool:
        """Tell whether the alias names the version; False where there is no alias yet."""
        machine = version.rpartition(":")[0]
        with translated("read the alias of a state machine"):
            try:
                alias = self._client.describe_state_machine_alias(stateMachineAliasArn=f"{machine}:{ALIAS}")
            except ClientError as error:
                if code_of(error) in ("ResourceNotFound", "StateMachineDoesNotExist"):
                    return False
                raise
        return version in [route["stateMachineVersionArn"] for route in alias["routingConfiguration"]]

    def start(self, version: str, name: str, given: Mapping[str, Any]) -> str:
        """Start an execution of the version itself; return its ARN."""
        with translated("start a golden execution"):
            return self._client.start_execution(stateMachineArn=version, name=name, input=json.dumps(given))[
                "executionArn"
            ]

    def ended(self, execution: str) -> Ended | None:
        """Return how the execution ended; None while it runs."""
        with translated("read a golden execution"):
            found = self._client.describe_execution(executionArn=execution)
        if found["status"] in RUNNING:
            return None
        output = json.loads(found.get("output") or "{}")
        error = f"{found.get('error', '')} {found.get('cause', '')}".strip()
        return Ended(found["status"], output if isinstance(output, dict) else {}, error[:500])

    def stop(self, execution: str) -> None:
        """Stop the execution."""
        with translated("stop a golden execution"):
            self._client.stop_execution(executionArn=execution, cause="The release check waits no longer.")


class CustomResourceAnswers:
    """
    The address that CloudFormation gives with the request of a custom resource.

    Source: AWS CloudFormation user guide, "Custom resource response objects".
    """

    def tell(self, change: StackChange, faults: Sequence[str]) -> None:
        """Put the answer there; `Version` is what the stack's alias then names."""
        request = change.request
        answer = {
            "Status": "FAILED" if faults else "SUCCESS",
            "Reason": " ".join(faults)[: ANSWER_BYTES // 4],
            "PhysicalResourceId": request.get("PhysicalResourceId") or f"golden-executions-{change.machine}",
            "Data": {"Version": change.version},
            **{name: request[name] for name in ("StackId", "RequestId", "LogicalResourceId")},
        }
        # An empty type: the address is signed without one.
        put = urllib.request.Request(  # noqa: S310 - the address is CloudFormation's
            request["ResponseURL"], json.dumps(answer).encode(), {"Content-Type": ""}, method="PUT"
        )
        with urllib.request.urlopen(put, timeout=ANSWER_SECONDS):  # noqa: S310
            pass
