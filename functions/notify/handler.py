"""Announce the outcomes that the catalogue's stream carries (DynamoDB event source)."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from sluice.events import read_announcements
from sluice.observability import logger, metrics, tracer
from sluice.settings.announcing import NotifySettings
from sluice.wiring import notify as wiring

settings = NotifySettings.from_env()


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001  Lambda passes it
    """Return the record from which the stream is to be read again, as a partial batch response."""
    failed = wiring.notifier(settings).notify(read_announcements(event))
    return {"batchItemFailures": [{"itemIdentifier": failed}] if failed else []}
