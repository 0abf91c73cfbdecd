"""Deliver messages to webhooks (SQS event source)."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from sluice.events import read_messages
from sluice.observability import logger, metrics, tracer
from sluice.settings.webhooks import DeliverWebhookSettings
from sluice.wiring import deliver_webhook as wiring

settings = DeliverWebhookSettings.from_env()


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001  Lambda passes it
    """Return the messages that are not due yet as a partial batch response; a fault of ours is raised."""
    messages = [message for _, message in read_messages(event)]
    deliverer = wiring.deliverer(settings)
    again = [message.message_id for message in messages if deliverer.take(message)]
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in again]}
