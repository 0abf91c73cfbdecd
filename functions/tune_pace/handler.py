"""Tune the rates of lanes to what stands behind them can bear (EventBridge schedule)."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from sluice.events import read_scheduled_time
from sluice.observability import logger, metrics, tracer
from sluice.settings.pace import TunePaceSettings
from sluice.wiring import tune_pace as wiring

settings = TunePaceSettings.from_env()


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, float]:  # noqa: ARG001  Lambda passes it
    """Return the rate of each lane from now on, files per second."""
    read_scheduled_time(event)  # whatever else comes here comes by mistake
    return wiring.tuner(settings).tune()
