"""Mail the digest of the hours that have passed (EventBridge schedule)."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from sluice.events import read_scheduled_time
from sluice.observability import logger, metrics, tracer
from sluice.settings.announcing import SendDigestSettings
from sluice.wiring import send_digest as wiring

settings = SendDigestSettings.from_env()


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> None:  # noqa: ARG001  Lambda passes it
    """Send one mail about all whole hours that no digest was sent about; nothing where nothing came."""
    wiring.digest_sender(settings).send(read_scheduled_time(event))
