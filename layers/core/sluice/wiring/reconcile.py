"""What `reconcile` is made of."""

from sluice.aws.arrivals import SQSArrivals
from sluice.aws.inventory import DynamoDBInventory
from sluice.aws.listing import S3Listing, S3Reports
from sluice.aws.register import DynamoDBRegister
from sluice.observability import FunctionJournal
from sluice.recovery.sweeping import Sweeper
from sluice.settings.recovery import ReconcileSettings
from sluice.wiring.clients import client, now
from sluice.wiring.freeing import freer


def sweeper(settings: ReconcileSettings) -> Sweeper:
    """Return what `reconcile` sweeps with."""
    dynamodb, s3 = client("dynamodb"), client("s3")
    return Sweeper(
        listing=S3Listing(s3, settings.inbox_bucket),
        inventory=DynamoDBInventory(dynamodb, settings.catalogue_table),
        register=DynamoDBRegister(dynamodb, settings.catalogue_table),
        arrivals=SQSArrivals(client("sqs"), settings.arrivals),
        freer=freer(settings),
        reports=S3Reports(s3, settings.outbox_bucket),
        journal=FunctionJournal(),
        now=now,
    )
