"""Create, change, delete and show rules, contracts and webhooks (HTTP API; rules also by invocation)."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from sluice.observability import logger, metrics, tracer
from sluice.settings.api import RulesApiSettings
from sluice.wiring import rules_api as wiring

settings = RulesApiSettings.from_env()


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def lambda_handler(event: Any, context: LambdaContext) -> dict[str, Any]:
    """Answer one request or action; whatever is wrong with it is an answer too, never an error."""
    if isinstance(event, dict) and "requestContext" in event:
        return wiring.rules_api(settings).resolve(event, context)
    return wiring.rule_actions(settings).answer(event, correlation_id=context.aws_request_id)
