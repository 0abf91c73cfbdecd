"""The functions and state machines of a stack."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from cli.errors import CommandError
from cli.stack.address import WHOLE_RUN, as_sentences
from cli.stack.deployed import DeployedStack
from cli.stack.sweep_runs import sweep_of
from sluice.aws.lambda_functions import LambdaProcessor

UNQUALIFIED = 7  # parts of a state machine's ARN without alias


class Functions(DeployedStack):
    """Invokes them by the outputs that hold their ARNs."""

    def invoke(self, output: str, request: dict[str, Any]) -> Any:
        """Invoke the function whose ARN is an output, wait for it, and return its answer."""
        if output not in self.outputs:
            raise CommandError(f"The stack has no {output} yet: deploy this release first.")
        with as_sentences(self._address):
            answer = self._address.client("lambda", WHOLE_RUN).invoke(
                FunctionName=self.outputs[output], Payload=json.dumps(request)
            )
            payload = json.loads(answer["Payload"].read())
        if "FunctionError" in answer:
            raise CommandError(f"{payload.get('errorType')}: {payload.get('errorMessage')}")
        return payload

    def start_execution(self, output: str, request: dict[str, Any]) -> str:
        """Start the state machine whose ARN is an output; return the execution's ARN."""
        with as_sentences(self._address):
            answer = self._address.client("stepfunctions").start_execution(
                stateMachineArn=self.outputs[output], input=json.dumps(request)
            )
        return str(answer["executionArn"])

    def sweeps(self, most: int = 5) -> list[dict[str, Any]]:
        """Return the newest sweeps that the state machine does or did, with their counts as far as known."""
        states = self._address.client("stepfunctions")
        # Without the alias: sweeps that another version did are meant too.
        arn = ":".join(self.outputs["BackfillStateMachineArn"].split(":")[:UNQUALIFIED])
        with as_sentences(self._address):
            found = states.list_executions(stateMachineArn=arn, maxResults=most)["executions"]
            return [sweep_of(states, each["executionArn"]) for each in found]

    @contextmanager
    def processor(self, function: str) -> Iterator[Callable[[Any], Any]]:
        """Yield what invokes a function once; its own failures are raised as they are."""
        with as_sentences(self._address):
            yield LambdaProcessor(self._address.client("lambda", WHOLE_RUN), lambda: function).call

    def caller(self) -> str:
        """Return who is asking, as AWS names them."""
        with as_sentences(self._address):
            return str(self._address.client("sts").get_caller_identity()["Arn"])
