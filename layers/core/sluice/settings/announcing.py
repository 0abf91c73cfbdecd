"""Settings of what tells outcomes."""

from dataclasses import dataclass

from sluice.settings.base import Settings, variable
from sluice.settings.webhooks import DeliveriesSettings


@dataclass(frozen=True, slots=True)
class NotifySettings(DeliveriesSettings):
    """Environment of functions/notify."""

    catalogue_table: str = variable()
    outcomes_topic_arn: str = variable()
    event_bus: str = variable()
    digest_table: str = variable()
    digest_schedule: str = variable()
    """`off` where no digests are sent."""
    mails_per_minute: int = variable(int)


@dataclass(frozen=True, slots=True)
class SendDigestSettings(Settings):
    """Environment of functions/send_digest."""

    outcomes_topic_arn: str = variable()
    digest_table: str = variable()
