"""Hand in files, and see what became of them (HTTP API)."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from sluice.events import read_request
from sluice.observability import logger, metrics, tracer
from sluice.settings.api import FilesApiSettings
from sluice.wiring import files_api as wiring

settings = FilesApiSettings.from_env()


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one request; whatever is wrong with it is an answer too."""
    return wiring.files_api(settings).resolve(read_request(event), context)
