"""Secrets and signatures of Standard Webhooks 1.0.0: HMAC-SHA256, symmetric."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime

PREFIX = "whsec_"
SECRET_BYTES = 32  # the standard takes 24 to 64


def new_secret() -> str:
    """Return a fresh secret in the standard's form."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def headers(body: str, *, event_id: str, at: datetime, keys: Iterable[str]) -> Mapping[str, str]:
    """Return the three headers; each of the secrets makes one signature, so that either verifies."""
    timestamp = str(int(at.timestamp()))
    signed = f"{event_id}.{timestamp}.{body}".encode()
    return {
        "webhook-id": event_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(_signature(key, signed) for key in keys),
    }


def _signature(key: str, signed: bytes) -> str:
    digest = hmac.digest(base64.b64decode(key.removeprefix(PREFIX)), signed, hashlib.sha256)
    return f"v1,{base64.b64encode(digest).decode()}"
