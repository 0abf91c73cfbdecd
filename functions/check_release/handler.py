"""Check a new version before and after it gets traffic (CodeDeploy hook, custom resource, or by people)."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from sluice.events import read_release_check
from sluice.observability import logger, metrics, tracer
from sluice.release.requests import ByHand, Hook, StackChange
from sluice.settings.release import CheckReleaseSettings
from sluice.wiring import check_release as wiring

settings = CheckReleaseSettings.from_env()


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001  Lambda passes it
    """Judge what waits for a verdict; for a person, only return the faults."""
    functions, machines = wiring.release_checker(settings), wiring.machine_checker(settings)
    match read_release_check(event):
        case Hook(deployment_id, hook_id):
            faults = functions.judge(deployment_id, hook_id)
        case StackChange() as change:
            faults = machines.judge(change)
        case ByHand(machine=machine, version=version) if machine:
            faults = machines.check(machine, version)
        case ByHand(function=function, version=version):
            faults = functions.check(function, version)
    return {"faults": faults}
