"""
A function is throttled under its aliases too, and a state machine can name it.

Stock: reserved concurrency holds for a function's newest code only, not for its versions and aliases; a task
whose function is throttled fails with `Lambda.Unknown`.
AWS: versions and aliases share what is reserved, and the task fails with `Lambda.TooManyRequestsException`,
which every guide tells to retry.
https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html
"""

from typing import Any

from ministack.services import lambda_svc

from local.patches.replacing import wrap


def apply() -> None:
    """Read what is reserved from the function itself, and name the answer of a throttled invocation."""
    wrap(lambda_svc, "_reserved_concurrency", _of_the_function)
    wrap(lambda_svc, "_throttle_response", _with_error_type)


def _of_the_function(reserved: Any) -> Any:
    def reserved_of_the_function(record: Any, config: dict[str, Any]) -> int | None:
        function = lambda_svc._functions.get(config.get("FunctionName"))
        return reserved(function or record, config)

    return reserved_of_the_function


def _with_error_type(respond: Any) -> Any:
    def respond_with_error_type(*args: Any, **kwargs: Any) -> dict[str, Any]:
        response = respond(*args, **kwargs)
        response["body"]["errorType"] = "Lambda.TooManyRequestsException"
        return response

    return respond_with_error_type
