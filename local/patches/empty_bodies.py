"""
A function behind an HTTP API may answer without a body.

Stock: an answer whose body is null, as one of status 204 has, ends as a 500.
AWS: the body is empty; only `statusCode` is needed.
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

from typing import Any

from ministack import app

from local.patches.replacing import wrap


def apply() -> None:
    """Send nothing where there is no body."""
    wrap(app, "_send_response", _sending_nothing_for_none)


def _sending_nothing_for_none(send_response: Any) -> Any:
    async def send_with_body(send: Any, status: int, headers: Any, body: Any, **more: Any) -> Any:
        return await send_response(send, status, headers, b"" if body is None else body, **more)

    return send_with_body
