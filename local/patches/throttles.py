"""
A state machine can name a throttled invocation.

Stock: a task whose function is throttled fails with `Lambda.Unknown`.
AWS: it fails with `Lambda.TooManyRequestsException`, which every guide tells to retry.
https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html
"""

from typing import Any

from ministack.services import lambda_svc

from local.patches.replacing import wrap


def apply() -> None:
    """Give the answer of a throttled invocation the name that Step Functions reports."""
    wrap(lambda_svc, "_throttle_response", _with_error_type)


def _with_error_type(respond: Any) -> Any:
    def respond_with_error_type(*args: Any, **kwargs: Any) -> dict[str, Any]:
        response = respond(*args, **kwargs)
        response["body"]["errorType"] = "Lambda.TooManyRequestsException"
        return response

    return respond_with_error_type
