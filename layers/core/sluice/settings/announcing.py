"""Settings of what tells outcomes."""

from dataclasses import dataclass

from sluice.settings.base import Settings, absent, on_or_off, variable


@dataclass(frozen=True, slots=True)
class NotifySettings(Settings):
    """Environment of functions/notify."""

    catalogue_table: str = variable()
    outcomes_topic_arn: str = variable()
    event_bus: str = variable()
    digest_table: str = variable()
    digest_schedule: str = variable()
    """`off` where no digests are sent."""
    mails_per_minute: int = variable(int)
    webhooks_table: str = variable()
    deliveries_queue: str = variable()
    webhook_dead_letters: str = variable()


@dataclass(frozen=True, slots=True)
class SendDigestSettings(Settings):
    """Environment of functions/send_digest."""

    outcomes_topic_arn: str = variable()
    digest_table: str = variable()


@dataclass(frozen=True, slots=True)
class DeliverWebhookSettings(Settings):
    """Environment of functions/deliver_webhook."""

    webhooks_table: str = variable()
    deliveries_table: str = variable()
    deliveries_queue: str = variable()
    webhook_dead_letters: str = variable()
    secrets_prefix: str = variable()
    allow_loopback_targets: bool = absent(on_or_off, default=False)
    """Whether webhooks may be on this machine; the server-side request forgery that it opens is the point."""
