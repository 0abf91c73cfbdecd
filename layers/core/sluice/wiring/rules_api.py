"""What `rules_api` is made of."""

from functools import cache, partial

from sluice.api.app import Api
from sluice.api.contract_routes import contracts
from sluice.api.routes import RULES_API
from sluice.api.rule_actions import RuleActions
from sluice.api.rule_routes import rules
from sluice.api.webhook_routes import webhooks
from sluice.aws.delivery_log import DynamoDBDeliveryLog
from sluice.aws.versions import DynamoDBVersions
from sluice.aws.webhook_registry import DynamoDBRegistry
from sluice.aws.webhook_secrets import ParameterSecrets
from sluice.contracts.reading import contract_problems
from sluice.observability import FunctionJournal
from sluice.rules.checks import RuleCheck
from sluice.rules.documents import DEFAULT_DOCUMENTS
from sluice.rules.editing import Editor, naming
from sluice.settings.api import RulesApiSettings
from sluice.webhooks.registering import Webhooks
from sluice.wiring.clients import client, now
from sluice.wiring.webhooks import deliveries


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


def registered_webhooks(settings: RulesApiSettings) -> Webhooks:
    """Return what webhooks are registered and looked after with."""
    dynamodb = client("dynamodb")
    return Webhooks(
        DynamoDBRegistry(dynamodb, settings.webhooks_table),
        ParameterSecrets(client("ssm"), settings.secrets_prefix),
        DynamoDBDeliveryLog(dynamodb, settings.deliveries_table, now=now),
        deliveries(settings),
        now,
    )


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
        webhooks: lambda: registered_webhooks(settings),
    }
    return api
