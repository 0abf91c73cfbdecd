"""Opaque tokens: what a client hands back to us without reading it."""

import base64
import binascii
import json
from http import HTTPStatus
from typing import Any

from sluice.api.problems import ApiError

NOT_OURS = ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, "This token is none of ours.")


def token(*parts: str) -> str:
    """Return a token of *parts*."""
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def read_token(text: str, count: int) -> list[str]:
    """Return the *count* parts, which are not signed; raise ApiError for what is no token of ours."""
    try:
        parts: Any = json.loads(base64.urlsafe_b64decode(text.encode("ascii") + b"=="))
        if isinstance(parts, list) and len(parts) == count and all(isinstance(each, str) for each in parts):
            json.dumps(parts, ensure_ascii=False).encode()
            return parts
    except (binascii.Error, ValueError, RecursionError):
        pass
    raise NOT_OURS
