"""The webhooks and their queue, for `notify`, `deliver_webhook` and `rules_api`."""

from functools import cache

from sluice.aws.webhook_queue import SQSDeliveries
from sluice.aws.webhook_registry import DynamoDBRegistry
from sluice.settings.webhooks import DeliveriesSettings
from sluice.wiring.clients import client


@cache
def webhook_registry(table: str) -> DynamoDBRegistry:
    """Return the webhooks; one per execution environment, which remembers them for a while."""
    return DynamoDBRegistry(client("dynamodb"), table)


def deliveries(settings: DeliveriesSettings) -> SQSDeliveries:
    """Return the queue of the messages to webhooks."""
    return SQSDeliveries(client("sqs"), settings.deliveries_queue, settings.webhook_dead_letters)
