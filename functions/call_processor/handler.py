"""Let a team's own function process the files of one batch (Step Functions task)."""

from datetime import timedelta
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from sluice.events import read_batch, time_left
from sluice.observability import logger, metrics, tracer
from sluice.settings.processors import CallProcessorSettings
from sluice.wiring import call_processor as wiring

RESERVE = timedelta(seconds=450)  # half of the time there is: what one file took, the next one may take
settings = CallProcessorSettings.from_env()


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Return the batch of the files that were not begun; the state machine invokes again for them."""
    not_begun = wiring.processor_caller(settings).process(
        read_batch(event),
        time_left=time_left(context),
        reserve=RESERVE,
    )
    return not_begun.to_json()
