"""What `mark_deleted` is made of."""

from sluice.aws.arrivals import SQSDeadLetters
from sluice.aws.inventory import DynamoDBInventory
from sluice.aws.listing import S3Results
from sluice.observability import FunctionJournal
from sluice.recovery.forgetting import Forgetter
from sluice.settings.recovery import MarkDeletedSettings
from sluice.wiring.clients import client


def forgetter(settings: MarkDeletedSettings) -> Forgetter:
    """Return what `mark_deleted` marks with."""
    return Forgetter(
        inbox=settings.inbox_bucket,
        remove_results=settings.remove_results,
        inventory=DynamoDBInventory(client("dynamodb"), settings.catalogue_table),
        results=S3Results(client("s3"), settings.outbox_bucket),
        dead_letters=SQSDeadLetters(client("sqs"), settings.dead_letters),
        journal=FunctionJournal(),
    )
