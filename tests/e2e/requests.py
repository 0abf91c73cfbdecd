"""Requests to the deployed HTTP API, signed as IAM wants them."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.httpsession import URLLib3Session

from local.clients import session
from local.environments import REGION


class Api:
    """Sends requests; the emulator has no name of its own for each API, and keeps them below its address."""

    def __init__(self, product: Any) -> None:
        api_id = urlsplit(product.outputs["ApiUrl"]).hostname.split(".")[0]
        self.base = f"{product.endpoint.url}/_aws/execute-api/{api_id}/$default"

    def __call__(
        self, method: str, path: str, body: Any = None, *, signed: bool = True, **headers: str
    ) -> tuple[int, Any, Mapping[str, str]]:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        sent["content-type"] = "application/json"
        request = AWSRequest(
            method, self.base + path, sent, b"" if body is None else json.dumps(body).encode()
        )
        if signed:
            SigV4Auth(session().get_credentials(), "execute-api", REGION).add_auth(request)
        answer = answer_to(request)
        is_json = bool(answer.content) and "json" in answer.headers.get("content-type", "")
        return answer.status_code, json.loads(answer.content) if is_json else None, answer.headers


def answer_to(request: AWSRequest) -> Any:
    """Send a request as it is."""
    return URLLib3Session().send(request.prepare())
