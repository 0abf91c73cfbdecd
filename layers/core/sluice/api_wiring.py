"""Composition root of the functions of the API, which alone carry pydantic."""

from functools import cache, partial

import boto3
from botocore.config import Config

from sluice.api.app import Api
from sluice.api.contract_routes import contracts
from sluice.api.file_routes import catalogue, reprocessor
from sluice.api.lane_routes import lanes
from sluice.api.routes import FILES_API, RULES_API
from sluice.api.rule_actions import RuleActions
from sluice.api.rule_routes import rules
from sluice.api.upload_routes import presigner
from sluice.aws.arrivals import SQSArrivals
from sluice.aws.catalogue_view import DynamoDBCatalogueView
from sluice.aws.lane_states import DynamoDBLaneStates
from sluice.aws.presigning import S3Presigner
from sluice.aws.register import DynamoDBRegister
from sluice.aws.versions import DynamoDBVersions
from sluice.contracts.reading import contract_problems
from sluice.observability import FunctionJournal
from sluice.pace.lane_setting import LaneSetter
from sluice.recovery.reprocessing import Reprocessor
from sluice.rules.checks import RuleCheck
from sluice.rules.documents import DEFAULT_DOCUMENTS
from sluice.rules.editing import Editor, naming
from sluice.settings import FilesApiSettings, RulesApiSettings
from sluice.wiring import RETRIES, client, now


def rule_editor(settings: RulesApiSettings) -> Editor:
    """Return what rules are changed with."""
    dynamodb = client("dynamodb")
    known = DynamoDBVersions(dynamodb, settings.contracts_table).newest
    check = RuleCheck(settings.lane_names, lambda contract: known(contract) is not None)
    return Editor(DynamoDBVersions(dynamodb, settings.rules_table), check, now, DEFAULT_DOCUMENTS)


def contract_editor(settings: RulesApiSettings) -> Editor:
    """Return what contracts are changed with."""
    versions = DynamoDBVersions(client("dynamodb"), settings.contracts_table)
    return Editor(versions, contract_problems, now, users=partial(naming, rule_editor(settings)))


def rule_actions(settings: RulesApiSettings) -> RuleActions:
    """Return what `rules_api` answers direct invocations with."""
    return RuleActions(rule_editor(settings), FunctionJournal())


@cache
def rules_api(settings: RulesApiSettings) -> Api:
    """Return what `rules_api` answers HTTP with; one per execution environment."""
    api = Api(*RULES_API)
    api.dependency_overrides |= {
        rules: lambda: rule_editor(settings),
        contracts: lambda: contract_editor(settings),
    }
    return api


@cache
def files_api(settings: FilesApiSettings) -> Api:
    """Return what `files_api` answers HTTP with; one per execution environment."""
    view = DynamoDBCatalogueView(client("dynamodb"), settings.catalogue_table)
    # Version 4 of the signature, which S3 wants in every region; boto3 would still sign with 2 in some.
    signing = boto3.client("s3", config=RETRIES.merge(Config(signature_version="s3v4")))
    presign = S3Presigner(signing, inbox=settings.inbox_bucket, outbox=settings.outbox_bucket)
    api = Api(*FILES_API)
    states = DynamoDBLaneStates(client("dynamodb"), settings.lanes_table, defaults=settings.paces)
    again = Reprocessor(
        view,
        DynamoDBRegister(client("dynamodb"), settings.catalogue_table),
        SQSArrivals(client("sqs"), settings.arrivals),
        FunctionJournal(),
    )
    api.dependency_overrides |= {
        catalogue: lambda: view,
        presigner: lambda: presign,
        reprocessor: lambda: again,
        lanes: lambda: LaneSetter(tuple(settings.paces), states, now),
    }
    return api
