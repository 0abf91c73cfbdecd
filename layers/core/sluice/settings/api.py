"""Settings of the HTTP API."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sluice.pace.pacing import Pace
from sluice.settings.base import Settings, variable
from sluice.settings.pace import paces_by_lane
from sluice.settings.webhooks import WebhookSettings


@dataclass(frozen=True, slots=True)
class RulesApiSettings(WebhookSettings):
    """Environment of functions/rules_api."""

    rules_table: str = variable()
    contracts_table: str = variable()
    lane_names: tuple[str, ...] = variable(lambda text: tuple(text.split(",")))


@dataclass(frozen=True, slots=True)
class FilesApiSettings(Settings):
    """Environment of functions/files_api."""

    catalogue_table: str = variable()
    inbox_bucket: str = variable()
    outbox_bucket: str = variable()
    lanes_table: str = variable()
    paces: Mapping[str, Pace] = variable(paces_by_lane, hashed=False)
    """Each lane's pace until a person sets another."""
    arrivals: Mapping[str, str] = variable(json.loads, hashed=False)
    """Lane to the URL of its arrivals queue."""
