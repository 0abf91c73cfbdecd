"""What `profile_csv` is made of."""

from functools import partial

from sluice.aws.baselines import DynamoDBBaselines
from sluice.aws.s3 import S3Inbox, S3Outbox
from sluice.processing import Processor
from sluice.processors.profiling import profile_file
from sluice.settings.processors import ProfileCsvSettings
from sluice.wiring.clients import client, now
from sluice.wiring.processing import processor
from sluice.wiring.rules import contracts


def csv_profiler(settings: ProfileCsvSettings) -> Processor:
    """Return what `profile_csv` processes with."""
    s3 = client("s3")
    outbox = S3Outbox(s3, settings.outbox_bucket)
    known = contracts(settings.contracts_table)
    baselines = DynamoDBBaselines(
        client("dynamodb"), settings.datasets_table, s3, settings.outbox_bucket, now
    )
    run = partial(profile_file, inbox=S3Inbox(s3), outbox=outbox, contracts=known, baselines=baselines)
    return processor(run, settings)
