"""Rules over HTTP."""

from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Depends, Response
from aws_lambda_powertools.event_handler.openapi.params import Body
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from sluice.api.callers import caller_of
from sluice.api.problems import answers
from sluice.api.rule_actions import id_from
from sluice.api.rule_model import (
    Decision,
    NewRule,
    RuleHistory,
    RuleList,
    RuleModel,
    StoredRule,
    Trial,
    rule_schema,
)
from sluice.api.versioned import (
    AnyVersion,
    Changed,
    DocumentId,
    IfMatch,
    changed,
    changes,
    done,
    expected,
    there,
    with_etag,
)
from sluice.rules.documents import from_document
from sluice.rules.editing import Editor
from sluice.rules.trying import decide
from sluice.rules.versions import Version

TAG = ["Rules"]
router = APIGatewayHttpRouter()


def rules() -> Editor:
    """Return the editor of rules; each function of the API has its own."""
    raise NotImplementedError


Rules = Annotated[Editor, Depends(rules)]


@router.get("/rules", tags=TAG, responses=answers(200, RuleList, "All rules, ordered by id"))
def list_rules(editor: Rules) -> RuleList:
    """List the rules in force."""
    return RuleList(rules=[_shown(version) for version in editor.all()])


@router.post("/rules", tags=TAG, status_code=201, responses=answers(201, Changed, "The rule is stored", 409))
def create_rule(rule: Annotated[NewRule, Body()], editor: Rules) -> Response[Changed]:
    """Create a rule."""
    document = rule.to_json()
    rule_id = document.pop("id") or id_from(rule.name)
    created = done(editor.create(rule_id, document, caller_of(router.current_event)))
    return with_etag(changed(created, "created", router.current_event), created, HTTPStatus.CREATED)


@router.get("/rules/<rule_id>", tags=TAG, responses=answers(200, StoredRule, "The rule", 404))
def get_rule(rule_id: DocumentId, editor: Rules, version: AnyVersion = None) -> Response[StoredRule]:
    """Get one rule."""
    found = there(editor.get(rule_id, version))
    return with_etag(_shown(found), found)


@router.put(
    "/rules/<rule_id>", tags=TAG, responses=answers(200, Changed, "The rule is changed", 404, 412, 428)
)
def update_rule(
    rule_id: DocumentId, rule: Annotated[RuleModel, Body()], editor: Rules, if_match: IfMatch = None
) -> Response[Changed]:
    """Change a rule, all of it."""
    base = expected(if_match)
    source = caller_of(router.current_event)
    updated = done(editor.update(rule_id, rule.to_json(), source, expected=base))
    return with_etag(changed(updated, "updated", router.current_event), updated)


@router.delete(
    "/rules/<rule_id>", tags=TAG, responses=answers(200, Changed, "The rule is deleted", 404, 412, 428)
)
def delete_rule(rule_id: DocumentId, editor: Rules, if_match: IfMatch = None) -> Changed:
    """Delete a rule; a default rule comes back in its place."""
    event, base = router.current_event, expected(if_match)
    deleted = done(editor.delete(rule_id, caller_of(event), expected=base))
    return changed(deleted, "deleted", event)


@router.get("/rules/<rule_id>/history", tags=TAG, responses=answers(200, RuleHistory, "Newest first", 404))
def get_rule_history(rule_id: DocumentId, editor: Rules) -> RuleHistory:
    """List the versions of a rule."""
    versions = editor.history(rule_id)
    there(versions[0] if versions else None)
    return RuleHistory(versions=changes(versions))


@router.post("/rules/test", tags=TAG, responses=answers(200, Decision, "What the rules would decide"))
def test_rules(trial: Annotated[Trial, Body()], editor: Rules) -> Decision:
    """Try the rules on a file that need not exist, and a rule before it is stored."""
    rules = {each.id: from_document(each.id, each.version, each.document) for each in editor.all()}
    if trial.rule:
        document = trial.rule.to_json()
        rule_id = document.pop("id") or id_from(trial.rule.name)
        rules[rule_id] = from_document(rule_id, 0, document)
    decides, matches = decide(list(rules.values()), trial.key, trial.size, trial.content_type)
    return Decision(decides=decides.id, matches=[rule.id for rule in matches])


@router.get("/schemas/rule", tags=TAG, responses=answers(200, dict[str, Any], "A JSON Schema"))
def get_rule_schema() -> dict[str, Any]:
    """Get the JSON Schema of a rule."""
    return dict(rule_schema())


def _shown(version: Version) -> StoredRule:
    [change] = changes([version])
    return StoredRule(id=version.id, **change.model_dump(), **version.document)
