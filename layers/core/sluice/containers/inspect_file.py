"""`inspect_file` as a custom processor: one file a request, and an answer instead of a record."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from sluice.errors import FileMissingError
from sluice.observability import logger
from sluice.outcomes import Outcome
from sluice.processors.custom import answer_with, file_of
from sluice.wiring import inspect_file as wiring

GONE = "There is no such version of the object."


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001  Lambda passes it
    """Answer with size, SHA-256 and type of the file that the request names."""
    file = file_of(event)
    logger.append_keys(correlation_id=file.correlation_id, file_id=file.file_id)
    try:
        outcome = wiring.inspect_one(file)
    except FileMissingError:
        outcome = Outcome.error(GONE)
    logger.info("file inspected", extra={"status": outcome.status})
    return answer_with(outcome)
