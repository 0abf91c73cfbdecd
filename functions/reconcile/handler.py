"""Do one step of comparing the inbox with the catalogue (Step Functions task, and `sluice reconcile`)."""

from datetime import timedelta
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from sluice.events import time_left
from sluice.observability import logger, metrics, tracer
from sluice.recovery.sweep_requests import answer
from sluice.settings.recovery import ReconcileSettings
from sluice.wiring import reconcile as wiring

RESERVE = timedelta(minutes=2)  # a page of a thousand versions takes a few seconds
settings = ReconcileSettings.from_env()


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Return the plan, how far the part is, or the report."""
    left = time_left(context)
    return answer(event, wiring.sweeper(settings), lambda: left() < RESERVE)
