"""Find out what the files of one batch are (Step Functions task)."""

from datetime import timedelta
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from sluice.events import read_batch, time_left
from sluice.observability import logger, metrics, tracer
from sluice.settings.processors import InspectFileSettings
from sluice.wiring import inspect_file as wiring

RESERVE = timedelta(seconds=60)  # a file is not begun with less on the clock; the next invocation takes it
settings = InspectFileSettings.from_env()


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Return the batch of the files that were not begun; the state machine invokes again for them."""
    not_begun = wiring.file_inspector(settings).process(
        read_batch(event),
        time_left=time_left(context),
        reserve=RESERVE,
    )
    return not_begun.to_json()
