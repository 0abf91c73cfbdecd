"""Clients of AWS, and the clock."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

import boto3
from botocore.config import Config

RETRIES = Config(retries={"mode": "standard", "max_attempts": 5}, read_timeout=20, connect_timeout=5)


@cache
def client(service: str) -> Any:
    """Return the service's client; one per execution environment."""
    return boto3.client(service, config=RETRIES)  # type: ignore[call-overload]


def now() -> datetime:
    """Return the time, with its zone."""
    return datetime.now(UTC)
