"""Services of AWS's JSON protocols that answer beside the emulator, which lacks them."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

Application = Callable[[dict[str, Any], Any, Any], Awaitable[None]]
Answer = Callable[[str, dict[str, Any]], tuple[int, Any]]
"""Takes an operation and its request; returns the HTTP status and the body of the answer."""


def beside(app: Application, targets: tuple[bytes, ...], answer: Answer) -> Application:
    """Return *app* with *answer* in front of it, for requests whose target begins with one of *targets*."""

    async def answer_or_pass_on(scope: dict[str, Any], receive: Any, send: Any) -> None:
        target = dict(scope.get("headers", ())).get(b"x-amz-target", b"")
        if not target.startswith(targets):
            await app(scope, receive, send)
            return
        body = await _body(receive)
        await _send(send, *answer(target.decode().rpartition(".")[2], json.loads(body or b"{}")))

    return answer_or_pass_on


async def _body(receive: Any) -> bytes:
    body, more = b"", True
    while more:
        part = await receive()
        body += part.get("body", b"")
        more = part.get("more_body", False)
    return body


async def _send(send: Any, status: int, body: Any) -> None:
    headers = [(b"content-type", b"application/x-amz-json-1.1")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(body).encode()})
