"""A team's own function on AWS Lambda."""

import json
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from sluice.aws.errors import translated
from sluice.errors import (
    DownstreamOverloadedError,
    MisconfiguredError,
    ProcessorFailedError,
    UnexpectedAnswerError,
)

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_ssm import SSMClient

CAUSE_CHARACTERS = 1000
NONE = "none"
OVERLOADED = DownstreamOverloadedError.__name__
FRESH = 60.0  # seconds that a setting may be behind


class Setting:
    """A parameter of AWS Systems Manager that says which function to invoke; read again after a minute."""

    def __init__(
        self, client: "SSMClient", name: str, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._client = client
        self._name = name
        self._clock = clock
        self._known: tuple[float, str] | None = None

    def __call__(self) -> str:
        """Return its value."""
        if self._known is None or self._clock() - self._known[0] > FRESH:
            with translated("read a setting"):
                value = self._client.get_parameter(Name=self._name)["Parameter"]["Value"]
            self._known = (self._clock(), value)
        return self._known[1]


class LambdaProcessor:
    """Invokes one function and waits for its answer."""

    def __init__(self, client: "LambdaClient", function: Callable[[], str]) -> None:
        self._client = client
        self._function = function

    def call(self, request: Mapping[str, Any]) -> Any:
        """
        Return what the function answers; raise ProcessorFailedError with what it says when it fails.

        Raises DownstreamOverloadedError where what it raises is itself named so, and where Lambda has no
        room for one more of it, which is no failure.
        """
        function = self._function()
        if function == NONE:
            raise MisconfiguredError(
                "there is no custom processor: set CustomProcessorArn or CustomProcessorImageUri"
            )
        with translated("invoke the custom processor"):
            answer = self._invoke(function, json.dumps(request, ensure_ascii=False).encode())
            payload = answer["Payload"].read()
        if "FunctionError" in answer:
            cause = payload.decode("utf-8", "replace")[:CAUSE_CHARACTERS]
            fault = DownstreamOverloadedError if _type_of(payload) == OVERLOADED else ProcessorFailedError
            raise fault(f"the custom processor failed: {cause}")
        try:
            return json.loads(payload)
        except (ValueError, RecursionError) as error:
            raise UnexpectedAnswerError("the custom processor's answer is not JSON") from error

    def _invoke(self, function: str, payload: bytes) -> Any:
        try:
            return self._client.invoke(FunctionName=function, Payload=payload)
        except self._client.exceptions.TooManyRequestsException as error:
            raise DownstreamOverloadedError("Lambda throttles the custom processor") from error


def _type_of(payload: bytes) -> str:
    """Return the class name of what a function raised; empty where Lambda says none."""
    try:
        fault = json.loads(payload)
    except ValueError:
        return ""
    return str(fault.get("errorType", "")) if isinstance(fault, Mapping) else ""
