"""A team's own function on AWS Lambda."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sluice.aws.errors import translated
from sluice.errors import MisconfiguredError, ProcessorFailedError, UnexpectedAnswerError

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

CAUSE_CHARACTERS = 1000


class LambdaProcessor:
    """Invokes one function and waits for its answer."""

    def __init__(self, client: "LambdaClient", function: str) -> None:
        self._client = client
        self._function = function

    def call(self, request: Mapping[str, Any]) -> Any:
        """Return what the function answers; raise ProcessorFailedError with what it says when it fails."""
        if not self._function:
            raise MisconfiguredError(
                "there is no custom processor: set CustomProcessorArn or CustomProcessorImageUri"
            )
        with translated("invoke the custom processor"):
            answer = self._client.invoke(
                FunctionName=self._function, Payload=json.dumps(request, ensure_ascii=False).encode()
            )
            payload = answer["Payload"].read()
        if "FunctionError" in answer:
            cause = payload.decode("utf-8", "replace")[:CAUSE_CHARACTERS]
            raise ProcessorFailedError(f"the custom processor failed: {cause}")
        try:
            return json.loads(payload)
        except ValueError as error:
            raise UnexpectedAnswerError("the custom processor's answer is not JSON") from error
