"""
An alias whose update policy names CodeDeploy moves to another version when its deployment has succeeded.

Stock: an update policy has no effect, nor do the references in it count as dependencies; an alias moves
at once, on the loop that answers requests.
AWS: CloudFormation makes a deployment, waits for its end, and rolls the stack back if it fails. It does so
for an update that changes the version: an alias is created without.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatepolicy.html
Left as it is: aliases are updated one after another, where AWS updates them at the same time.
"""

from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any

from ministack.services.cloudformation import _stacks, engine, provisioners, stacks

from local.fake_codedeploy import CODE_DEPLOY
from local.patches.replacing import UnexpectedEmulatorError, wrap

ALIAS = "AWS::Lambda::Alias"
GROUP = "AWS::CodeDeploy::DeploymentGroup"
POLICY = "CodeDeployLambdaAliasUpdate"

_resources: ContextVar[Mapping[str, Any]] = ContextVar("resources_of_the_update")


def apply() -> None:
    """Hand the move of an alias to the stand-in for CodeDeploy, if somebody attends."""
    handlers = provisioners._RESOURCE_HANDLERS
    if not handlers.get(ALIAS, {}).get("update_with_logical_id"):
        raise UnexpectedEmulatorError(f"{ALIAS} is not updated with its logical id")
    if GROUP not in handlers:
        raise UnexpectedEmulatorError(f"apply this patch after the one that accepts {GROUP}")
    wrap(engine, "_extract_deps", _with_policy)
    wrap(stacks, "_topological_sort", _remember)
    wrap(stacks, "_runs_on_worker_thread", lambda runs: lambda kind: kind == ALIAS or runs(kind))
    handlers[ALIAS]["update"] = _deployed(handlers[ALIAS]["update"])
    handlers[GROUP] = {"create": _create, "update": _update, "delete": lambda *_: None}


def _with_policy(extract: Any) -> Any:
    def extract_with_policy(definition: Mapping[str, Any], names: set[str]) -> set[str]:
        referenced = engine._intrinsic_references(definition.get("UpdatePolicy", {}))
        return extract(definition, names) | {name for name, _ in referenced if name in names}

    return extract_with_policy


def _remember(sort: Any) -> Any:
    """Keep the template's resources for the handlers, which are not given the update policy."""

    def sort_and_remember(resources: Mapping[str, Any], conditions: Mapping[str, Any]) -> Any:
        _resources.set(resources)
        return sort(resources, conditions)

    return sort_and_remember


def _deployed(update: Any) -> Any:
    def update_deployed(alias: str, old: Any, new: Any, stack: str, logical_id: str | None = None) -> Any:
        policy = _resources.get({}).get(logical_id, {}).get("UpdatePolicy", {}).get(POLICY)
        moves = {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}
        if policy and CODE_DEPLOY.attended and moves == {"FunctionVersion"} and not _rolls_back(stack):
            CODE_DEPLOY.deploy(
                _physical(stack, policy["DeploymentGroupName"]), _content(policy, old, new, stack)
            )
        return update(alias, old, new, stack, logical_id)

    return update_deployed


def _rolls_back(stack: str) -> bool:
    return "ROLLBACK" in _stacks[stack]["StackStatus"]


def _content(policy: Mapping[str, Any], old: Any, new: Any, stack: str) -> dict[str, Any]:
    """Return what CodeDeploy calls the AppSpec."""
    hooks = {"BeforeAllowTraffic": "BeforeAllowTrafficHook", "AfterAllowTraffic": "AfterAllowTrafficHook"}
    properties = {
        "Name": new["FunctionName"],
        "Alias": new["Name"],
        "CurrentVersion": old["FunctionVersion"],
        "TargetVersion": new["FunctionVersion"],
    }
    return {
        "version": 0.0,
        "Resources": [{new["Name"]: {"Type": "AWS::Lambda::Function", "Properties": properties}}],
        "Hooks": [{name: _physical(stack, policy[key])} for name, key in hooks.items() if key in policy],
    }


def _physical(stack: str, reference: Mapping[str, str]) -> str:
    return _stacks[stack]["_resources"][reference["Ref"]]["PhysicalResourceId"]


def _create(logical_id: str, properties: Any, stack: str) -> tuple[str, dict[str, str]]:
    name = f"{stack}-{logical_id}"
    CODE_DEPLOY.groups[name] = properties
    return name, {}


def _update(name: str, _: Any, properties: Any, *__: Any) -> tuple[str, dict[str, str]]:
    CODE_DEPLOY.groups[name] = properties
    return name, {}
