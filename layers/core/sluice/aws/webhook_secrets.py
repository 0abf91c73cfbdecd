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

    What was read is kept for as long as the webhook's secret version stays: a rotation is seen at once, and
    nothing else asks Parameter Store, which takes 40 requests a second. The cache is kept for the life of
    the execution environment.
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
            self._cache[key] = self._read(webhook.id)
        return self._cache[key]

    def put(self, webhook_id: str, keyring: Keyring) -> None:
        """Write the parameter."""
        until = keyring.previous_until.isoformat() if keyring.previous_until else None
        value = {"current": keyring.current, "previous": keyring.previous, "previous_until": until}
        with translated("keep a webhook's secret"):
            self._client.put_parameter(
                Name=self._name(webhook_id), Value=json.dumps(value), Type="SecureString", Overwrite=True
            )

    def remove(self, webhook_id: str) -> None:
        """Delete the parameter, if it is there."""
        with translated("forget a webhook's secret"), suppress(self._client.exceptions.ParameterNotFound):
            self._client.delete_parameter(Name=self._name(webhook_id))

    def _read(self, webhook_id: str) -> Keyring:
        with translated("read a webhook's secret"):
            answer = self._client.get_parameter(Name=self._name(webhook_id), WithDecryption=True)
        value = json.loads(answer["Parameter"]["Value"])
        until = value["previous_until"]
        return Keyring(value["current"], value["previous"], datetime.fromisoformat(until) if until else None)

    def _name(self, webhook_id: str) -> str:
        return f"{self._prefix}/{webhook_id}"
