"""Check a new version before and after it gets traffic (CodeDeploy hook, or invoked by people)."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from sluice.events import read_release_check
from sluice.observability import logger, metrics, tracer
from sluice.settings.release import CheckReleaseSettings
from sluice.wiring import check_release as wiring

settings = CheckReleaseSettings.from_env()


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001  Lambda passes it
    """Judge the deployment of the event; or check `function` and `version`, and only return the faults."""
    checker = wiring.release_checker(settings)
    what = read_release_check(event)
    faults = checker.judge(*what.hook) if what.hook else checker.check(what.function, what.version)
    return {"faults": faults}
