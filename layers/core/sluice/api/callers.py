"""Who asks: what API Gateway knows of the caller."""

from typing import Any

LONGEST = 200  # characters that a history keeps of a caller


def correlation_id_of(event: Any) -> str:
    """Return what leads to the request in logs and traces."""
    return str(event.request_context.request_id)


def caller_of(event: Any) -> str:
    """Return the subject of a token, or the ARN of a role; empty where nobody was asked."""
    authorizer = event.raw_event["requestContext"].get("authorizer") or {}
    claims = (authorizer.get("jwt") or {}).get("claims") or {}
    iam = authorizer.get("iam") or {}
    return str(claims.get("sub") or iam.get("userArn") or "")[:LONGEST]
