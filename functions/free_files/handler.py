"""Free the files of executions that ended without recording what became of them (SQS event source)."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from sluice.events import read_messages
from sluice.observability import logger, metrics, tracer
from sluice.settings.recovery import FreeFilesSettings
from sluice.wiring import free_files as wiring

settings = FreeFilesSettings.from_env()


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001  Lambda passes it
    """Return the messages that must be received again, as a partial batch response."""
    again = wiring.ended_executions(settings).free(message for _, message in read_messages(event))
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in again]}
