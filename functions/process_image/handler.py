"""Render the images of one batch (Step Functions task)."""

from datetime import timedelta
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from sluice.events import read_batch, time_left
from sluice.observability import logger, metrics, tracer
from sluice.settings.processors import ProcessImageSettings
from sluice.wiring import process_image as wiring

settings = ProcessImageSettings.from_env()
# A file is not begun with less on the clock: the next invocation takes it. An image may be tried twice.
RESERVE = timedelta(seconds=2 * settings.image_max_seconds)


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Return the batch of the files that were not begun; the state machine invokes again for them."""
    batch = read_batch(event)
    with wiring.image_downloads(settings, batch) as downloads:
        not_begun = wiring.image_renderer(settings, downloads).process(
            batch,
            time_left=time_left(context),
            reserve=RESERVE,
        )
    return not_begun.to_json()
