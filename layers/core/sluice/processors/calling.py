"""Use case: let a team's own function process a file."""

from sluice.files import File
from sluice.outcomes import Outcome
from sluice.processors.custom import outcome_of, request_for
from sluice.processors.ports import RemoteProcessor
from sluice.rules.references import Reference
from sluice.rules.rule import Rule


def call_processor(
    file: File,
    rule: Rule,
    contract: Reference | None,  # noqa: ARG001  a custom processor has rules of its own
    *,
    processor: RemoteProcessor,
) -> Outcome:
    """
    Return what the custom processor answers for *file*.

    Raises UnexpectedAnswerError where it breaks the contract, ProcessorFailedError where it fails.
    """
    return outcome_of(processor.call(request_for(file, rule)))
