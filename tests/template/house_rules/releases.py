"""How a new version reaches traffic."""

from collections.abc import Iterator
from typing import Any

from tests.template.cloudformation import Template, target, targets
from tests.template.stack import Stack

ALIAS = "live"
# Of a function's properties: what its alias or its event sources have, or all its versions together; and the
# place of an image, of which alone SAM knows the value.
NOT_OF_A_VERSION = {
    "DeploymentPreference", "EventInvokeConfig", "Events", "ImageUri", "ProvisionedConcurrencyConfig",
    "ReservedConcurrentExecutions", "Role", "VersionDescription",
}  # fmt: skip
OPTIONS = {"FunctionOptions"}  # a stored text that is part of descriptions
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
    Every parameter that a version keeps the value of makes a new version when the value changes.

    SAM decides what to publish by the template as it is written, where a parameter has no value yet; without
    a new version, the alias keeps the old value. A description that changes replaces the version.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-lambda-version.html
    """
    shared = stack.source.get("Globals", {}).get("Function", {})
    for name, resource in stack.source["Resources"].items():
        if resource["Type"] != "AWS::Serverless::Function":
            continue
        own = resource.get("Properties", {})
        used = {each for given in (shared, own) for each in _parameters(_kept(given), stack.source)}
        said = own.get("VersionDescription")
        stored = [stack.source["Resources"][name] for name in OPTIONS & {*targets(said)}]
        if missing := used - {*_parameters([said, stored], stack.source)}:
            yield f"{name} keeps the old value of {', '.join(sorted(missing))}"


def _kept(function: Any) -> list[Any]:
    return [value for key, value in function.items() if key not in NOT_OF_A_VERSION]


def _parameters(value: Any, source: Template) -> Iterator[str]:
    """Yield every parameter that *value* depends on, by itself or by a condition."""
    yield from {*targets(value)} & source.get("Parameters", {}).keys()
    for name in _conditions(value):
        yield from _parameters(source["Conditions"][name], source)


def _conditions(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _conditions(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key == "Condition" and isinstance(item, str):
                yield item
            if key == "Fn::If":
                yield item[0]
            yield from _conditions(item)


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
