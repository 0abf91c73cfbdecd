"""What `free_files` is made of."""

from sluice.aws.arrivals import SQSDeadLetters
from sluice.aws.register import DynamoDBRegister
from sluice.observability import FunctionJournal
from sluice.recovery.freeing import EndedExecutions
from sluice.settings.recovery import FreeFilesSettings
from sluice.wiring.clients import client
from sluice.wiring.freeing import freer


def ended_executions(settings: FreeFilesSettings) -> EndedExecutions:
    """Return what `free_files` frees with."""
    return EndedExecutions(
        register=DynamoDBRegister(client("dynamodb"), settings.catalogue_table),
        freer=freer(settings),
        dead_letters=SQSDeadLetters(client("sqs"), settings.dead_letters),
        journal=FunctionJournal(),
    )
