"""The description of the HTTP API, OpenAPI 3.1, made from its routes; docs/openapi.json is a copy."""

import json
from functools import cache
from typing import Any

from sluice.api.app import Api
from sluice.api.routes import ROUTERS

VERSION = "1.0.0"  # of the API: a change that breaks a client is a new first number
TITLE = "Sluice"
DESCRIPTION = (
    "Hand files in, see what became of them, and say what is to become of them. Requests are signed with "
    "AWS Signature Version 4, or carry a JSON Web Token, as the stack was set up; every failure is told as "
    "`application/problem+json` (RFC 9457)."
)
ETAG = r'^(\*|"[0-9]{1,15}")$'


@cache
def openapi_document() -> dict[str, Any]:
    """Return the description of all routes, whichever function serves them."""
    text = Api(*ROUTERS).get_openapi_json_schema(title=TITLE, version=VERSION, description=DESCRIPTION)
    document: dict[str, Any] = json.loads(text)
    for name in ("HTTPValidationError", "ValidationError", "ResponseValidationError"):
        del document["components"]["schemas"][name]  # the resolver's own; no route of ours answers with them
    for operations in document["paths"].values():
        for operation in operations.values():
            _correct(operation)
    return document


def _correct(operation: dict[str, Any]) -> None:
    """Say what the resolver cannot know: a 204 has no content, and If-Match has to be there."""
    operation["responses"].get("204", {}).pop("content", None)
    for parameter in operation.get("parameters", ()):
        if parameter["name"] == "If-Match":
            # The code takes its absence and other texts too, and answers with 428 and 412, not 422.
            parameter |= {"required": True, "schema": {"type": "string", "pattern": ETAG}}
