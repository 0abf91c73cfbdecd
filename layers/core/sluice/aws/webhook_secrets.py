"""The secrets of webhooks as SecureString parameters of AWS Systems Manager."""

import json
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from sluice.aws.errors import translated
from sluice.webhooks.records import Keyring, Webhook

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient

MOST_CACHED = 200


class ParameterSecrets:
    """
    One parameter a webhook, encrypted with the account's key for parameters.

    A webhook names the version of its parameter that counts, so of two rotations at once only the one that
    changed the webhook has any effect. What was read is kept for the life of the execution environment: a
    version never changes, and Parameter Store takes 40 requests a second. It keeps 100 versions.
    """

    def __init__(self, client: "SSMClient", prefix: str) -> None:
        self._client = client
        self._prefix = prefix.rstrip("/")
        self._cache: dict[tuple[str, int], Keyring] = {}

    def get(self, webhook: Webhook) -> Keyring:
        """Read the parameter, or what was read of this version."""
        key = (webhook.id, webhook.secret_version)
        if key not in self._cache:
            if len(self._cache) >= MOST_CACHED:
                self._cache.clear()
            self._cache[key] = self._read(webhook)
        return self._cache[key]

    def put(self, webhook_id: str, keyring: Keyring) -> int:
        """Write the next version of the parameter."""
        until = keyring.previous_until.isoformat() if keyring.previous_until else None
        value = {"current": keyring.current, "previous": keyring.previous, "previous_until": until}
        with translated("keep a webhook's secret"):
            written = self._client.put_parameter(
                Name=self._name(webhook_id), Value=json.dumps(value), Type="SecureString", Overwrite=True
            )
        return int(written["Version"])

    def remove(self, webhook_id: str) -> None:
        """Delete the parameter, if it is there."""
        with translated("forget a webhook's secret"), suppress(self._client.exceptions.ParameterNotFound):
            self._client.delete_parameter(Name=self._name(webhook_id))

    def _read(self, webhook: Webhook) -> Keyring:
        name = f"{self._name(webhook.id)}:{webhook.secret_version}"
        with translated("read a webhook's secret"):
            answer = self._client.get_parameter(Name=name, WithDecryption=True)
        value = json.loads(answer["Parameter"]["Value"])
        until = value["previous_until"]
        return Keyring(value["current"], value["previous"], datetime.fromisoformat(until) if until else None)

    def _name(self, webhook_id: str) -> str:
        return f"{self._prefix}/{webhook_id}"
