"""Start executions for the uploads that a lane's arrivals queue announces (SQS event source)."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from sluice.events import read_messages, time_left
from sluice.observability import logger, metrics, tracer
from sluice.settings.pace import DispatchSettings
from sluice.wiring import dispatch as wiring

settings = DispatchSettings.from_env()


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Return the messages that must be received again, as a partial batch response."""
    received = read_messages(event)
    lane = settings.lane_of(received[0][0]) if received else ""
    again = wiring.dispatcher(settings).dispatch(
        [message for _, message in received],
        lane=lane,
        time_left=time_left(context),
    )
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in again]}
