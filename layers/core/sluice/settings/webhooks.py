"""Settings of webhooks."""

from dataclasses import dataclass

from sluice.settings.base import Settings, absent, on_or_off, variable


@dataclass(frozen=True, slots=True)
class DeliveriesSettings(Settings):
    """What it takes to have a message delivered to webhooks."""

    webhooks_table: str = variable()
    deliveries_queue: str = variable()
    webhook_dead_letters: str = variable()


@dataclass(frozen=True, slots=True)
class WebhookSettings(DeliveriesSettings):
    """What it takes to change webhooks and to deliver to them."""

    deliveries_table: str = variable()
    secrets_prefix: str = variable()


@dataclass(frozen=True, slots=True)
class DeliverWebhookSettings(WebhookSettings):
    """Environment of functions/deliver_webhook."""

    allow_loopback_targets: bool = absent(on_or_off, default=False)
    """Whether webhooks may be on this machine; the server-side request forgery that it opens is the point."""
