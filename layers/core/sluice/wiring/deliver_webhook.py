"""What `deliver_webhook` is made of."""

from functools import cache
from random import SystemRandom

from sluice.aws.delivery_log import DynamoDBDeliveryLog
from sluice.aws.webhook_secrets import ParameterSecrets
from sluice.observability import FunctionJournal
from sluice.settings.webhooks import DeliverWebhookSettings
from sluice.webhooks.delivering import Deliverer
from sluice.webhooks.https import PinnedHttps
from sluice.wiring.clients import client, now
from sluice.wiring.webhooks import deliveries, webhook_registry


def deliverer(settings: DeliverWebhookSettings) -> Deliverer:
    """Return what `deliver_webhook` delivers with."""
    return Deliverer(
        registry=webhook_registry(settings.webhooks_table),
        secrets=webhook_secrets(settings.secrets_prefix),
        log=DynamoDBDeliveryLog(client("dynamodb"), settings.deliveries_table, now=now),
        queue=deliveries(settings),
        transport=https(allow_loopback=settings.allow_loopback_targets),
        journal=FunctionJournal(),
        now=now,
        jitter=SystemRandom().random,
    )


@cache
def webhook_secrets(prefix: str) -> ParameterSecrets:
    """Return the webhooks' secrets; one per execution environment, which remembers them."""
    return ParameterSecrets(client("ssm"), prefix)


@cache
def https(*, allow_loopback: bool) -> PinnedHttps:
    """Return the way to the webhooks' targets; one per execution environment, which reads the trusted CAs."""
    return PinnedHttps(allow_loopback=allow_loopback)
