"""List and replay dead letters and failed files (invoked by `sluice replay`)."""

from datetime import timedelta
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from sluice.events import time_left
from sluice.observability import logger, metrics, tracer
from sluice.recovery.selecting import Selection
from sluice.settings.recovery import ReplaySettings
from sluice.wiring import replay as wiring

RESERVE = timedelta(seconds=30)  # in which what is held is given back and the answer made
settings = ReplaySettings.from_env()


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Return what was found and what became of it."""
    selection = Selection.from_json(event)
    left = time_left(context)
    return wiring.replayer(settings).replay(selection, lambda: left() < RESERVE)
