"""How a new version reaches traffic."""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.template.cloudformation import target, targets
from tests.template.stack import Stack

ALIAS = "live"
MAX_ALARMS = (
    10  # of one deployment group: https://docs.aws.amazon.com/codedeploy/latest/userguide/limits.html
)


def aliases_of_functions(stack: Stack) -> Iterator[str]:
    """Every function has the alias by which all else invokes it."""
    aliases = stack.of_type("AWS::Lambda::Alias").values()
    served = {target(alias["FunctionName"]) for alias in aliases if alias["Name"] == ALIAS}
    yield from (
        f"{name} has no alias {ALIAS}"
        for name in stack.of_type("AWS::Lambda::Function")
        if name not in served
    )


def versions_of_functions(stack: Stack) -> Iterator[str]:
    """
    Every parameter in a function's environment makes a new version when its value changes.

    SAM decides what to publish by the template as it is written, where a parameter has no value yet; without
    a new version, the alias keeps the old value. A description that changes replaces the version.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-lambda-version.html
    """
    parameters = stack.source.get("Parameters", {}).keys()
    shared = _environment(stack.source.get("Globals", {}).get("Function", {}))
    for name, resource in stack.source["Resources"].items():
        if resource["Type"] != "AWS::Serverless::Function":
            continue
        own = resource.get("Properties", {})
        described = own.get("VersionDescription")
        used = {*targets(shared), *targets(_environment(own))} & parameters
        missing = used - {*targets(described)}
        for condition in {*_conditions(shared), *_conditions(_environment(own))} - {*_conditions(described)}:
            missing |= _decisive(condition, stack.source["Conditions"]) & parameters - {*targets(described)}
        if missing:
            yield f"{name} keeps the old value of {', '.join(sorted(missing))}"


def _environment(function: Any) -> Any:
    return function.get("Environment", {})


def _conditions(value: Any) -> Iterator[str]:
    """Yield the name of every condition that decides about *value*, at any depth."""
    if isinstance(value, list):
        for item in value:
            yield from _conditions(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key == "Fn::If":
                yield item[0]
            elif key == "Condition" and isinstance(item, str):
                yield item
            yield from _conditions(item)


def _decisive(condition: str, known: Mapping[str, Any]) -> set[str]:
    """Return the parameters that a condition looks at, also through others."""
    named = {*targets(known[condition])}
    for other in _conditions(known[condition]):
        named |= _decisive(other, known)
    return named


def gating_alarms(stack: Stack) -> Iterator[str]:
    """No release is gated by more alarms than CodeDeploy takes, or shifted in a way that it does not know."""
    for name, group in stack.of_type("AWS::CodeDeploy::DeploymentGroup").items():
        alarms = group.get("AlarmConfiguration", {}).get("Alarms", [])
        if len(alarms) > MAX_ALARMS:
            yield f"{name} has {len(alarms)} alarms, and CodeDeploy takes {MAX_ALARMS}"
        if not _is_predefined(group.get("DeploymentConfigName")):
            yield f"{name} shifts by {group.get('DeploymentConfigName')}, which CodeDeploy does not know"


def _is_predefined(config: Any) -> bool:
    name = config.get("Fn::Sub", [""])[0] if isinstance(config, dict) else config
    return str(name).startswith("CodeDeployDefault.Lambda")
