"""Create, change, delete and show rules (direct invocation)."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from sluice import wiring
from sluice.observability import logger, metrics, tracer
from sluice.settings import RulesApiSettings

settings = RulesApiSettings.from_env()


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one action; whatever is wrong with it is an answer too, never an error."""
    return wiring.rule_actions(settings).answer(event, correlation_id=context.aws_request_id)
