"""What `notify` is made of."""

from functools import cache

from sluice.announcing.mailing import Mailing
from sluice.announcing.notifying import Notifier, Remembering
from sluice.aws.digest_table import DynamoDBDigestBook
from sluice.aws.dynamodb import DynamoDBCatalogue
from sluice.aws.eventbridge import EventBridgeBus
from sluice.aws.sns import SNSTopic
from sluice.observability import FunctionJournal
from sluice.settings.announcing import NotifySettings
from sluice.webhooks.fan_out import FanOut
from sluice.wiring.clients import client, now
from sluice.wiring.webhooks import deliveries, webhook_registry


def notifier(settings: NotifySettings) -> Notifier:
    """Return what `notify` announces with."""
    return Notifier(
        channels=_channels(settings),
        catalogue=DynamoDBCatalogue(client("dynamodb"), settings.catalogue_table),
        journal=FunctionJournal(),
    )


@cache
def _channels(settings: NotifySettings) -> tuple[Remembering, ...]:
    """Return where outcomes are told; one of each per execution environment, which remembers what it told."""
    mailing = Mailing(
        topic=SNSTopic(client("sns"), settings.outcomes_topic_arn),
        book=DynamoDBDigestBook(client("dynamodb"), settings.digest_table),
        limit=settings.mails_per_minute,
        digest=settings.digest_schedule != "off",
        now=now,
    )
    bus = EventBridgeBus(client("events"), settings.event_bus)
    webhooks = FanOut(webhook_registry(settings.webhooks_table), deliveries(settings), now)
    return Remembering(mailing), Remembering(bus), Remembering(webhooks)
