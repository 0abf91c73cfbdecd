"""Tune the rates of lanes to what stands behind them can bear (EventBridge schedule)."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from sluice import wiring
from sluice.observability import logger, metrics, tracer
from sluice.settings import TunePaceSettings

settings = TunePaceSettings.from_env()


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, float]:  # noqa: ARG001  Lambda passes both
    """Return the rate of each lane from now on, files per second."""
    return wiring.tuner(settings).tune()
