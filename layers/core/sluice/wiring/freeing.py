"""What frees files, for `free_files` and `reconcile`."""

from sluice.aws.arrivals import SQSArrivals, SQSFailedFiles
from sluice.aws.dynamodb import DynamoDBCatalogue
from sluice.aws.register import DynamoDBRegister
from sluice.observability import FunctionJournal
from sluice.recovery.freeing import Freer
from sluice.settings.recovery import FreeFilesSettings, ReconcileSettings
from sluice.wiring.clients import client, now


def freer(settings: FreeFilesSettings | ReconcileSettings) -> Freer:
    """Return what frees the files of one execution."""
    dynamodb, sqs = client("dynamodb"), client("sqs")
    return Freer(
        register=DynamoDBRegister(dynamodb, settings.catalogue_table),
        catalogue=DynamoDBCatalogue(dynamodb, settings.catalogue_table),
        arrivals=SQSArrivals(sqs, settings.arrivals),
        failed_files=SQSFailedFiles(sqs, settings.failed_files),
        journal=FunctionJournal(),
        now=now,
        max_losses=settings.max_losses,
    )
