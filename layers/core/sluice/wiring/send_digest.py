"""What `send_digest` is made of."""

from sluice.announcing.digesting import DigestSender
from sluice.aws.digest_table import DynamoDBDigestBook
from sluice.aws.sns import SNSTopic
from sluice.observability import FunctionJournal
from sluice.settings.announcing import SendDigestSettings
from sluice.wiring.clients import client


def digest_sender(settings: SendDigestSettings) -> DigestSender:
    """Return what `send_digest` sends with."""
    return DigestSender(
        topic=SNSTopic(client("sns"), settings.outcomes_topic_arn),
        book=DynamoDBDigestBook(client("dynamodb"), settings.digest_table),
        journal=FunctionJournal(),
    )
