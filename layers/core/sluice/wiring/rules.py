"""The rules and the contracts as functions read them."""

from functools import cache

from sluice.aws.rules import DynamoDBContracts, DynamoDBRules
from sluice.aws.versions import DynamoDBVersions
from sluice.observability import FunctionJournal
from sluice.wiring.clients import client


@cache
def rules(table: str) -> DynamoDBRules:
    """Return the rules; one per execution environment, so that what was read is kept."""
    return DynamoDBRules(DynamoDBVersions(client("dynamodb"), table), FunctionJournal().failed)


@cache
def contracts(table: str) -> DynamoDBContracts:
    """Return the contracts, likewise."""
    return DynamoDBContracts(DynamoDBVersions(client("dynamodb"), table), FunctionJournal().failed)
