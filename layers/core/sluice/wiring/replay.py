"""What `replay` is made of."""

from sluice.aws.arrivals import SQSArrivals
from sluice.aws.letter_boxes import SQSLetterBoxes
from sluice.aws.register import DynamoDBRegister
from sluice.aws.replacements import DynamoDBAudit, ScheduledRuns, SNSMails, SQSQueues
from sluice.observability import FunctionJournal
from sluice.recovery.replacing import Replacer
from sluice.recovery.replaying import Replayer
from sluice.settings.recovery import ReplaySettings
from sluice.wiring.clients import client, now


def replayer(settings: ReplaySettings) -> Replayer:
    """Return what `replay` replays with."""
    dynamodb, sqs = client("dynamodb"), client("sqs")
    return Replayer(
        inbox=settings.inbox_bucket,
        boxes=SQSLetterBoxes(sqs, settings.letter_boxes),
        replacer=Replacer(
            register=DynamoDBRegister(dynamodb, settings.catalogue_table),
            arrivals=SQSArrivals(sqs, settings.arrivals),
            queues=SQSQueues(sqs, {**settings.queues, **settings.arrivals}),
            mails=SNSMails(client("sns"), settings.outcomes_topic_arn),
            runs=ScheduledRuns(client("lambda"), client("stepfunctions"), settings.runs),
            now=now,
        ),
        audit=DynamoDBAudit(dynamodb, settings.replays_table, keep=settings.catalogue_days),
        journal=FunctionJournal(),
        now=now,
    )
