"""Logs, roles and traces of functions."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from tests.template.cloudformation import target
from tests.template.stack import Stack

# Actions that IAM cannot limit to a resource (Service Authorization Reference).
WITHOUT_RESOURCE = {
    f"cloudwatch:{verb}" for verb in ("PutMetricData", "DescribeAlarms", "GetMetricStatistics")
}
WITHOUT_RESOURCE |= {
    f"xray:{verb}"
    for verb in ("PutTraceSegments", "PutTelemetryRecords", "GetSamplingRules", "GetSamplingTargets")
}
WITHOUT_RESOURCE |= {
    f"logs:{verb}"  # delivery of state machine logs: a vended-log API without resource level
    for verb in (
        "CreateLogDelivery",
        "GetLogDelivery",
        "UpdateLogDelivery",
        "DeleteLogDelivery",
        "ListLogDeliveries",
        "PutResourcePolicy",
        "DescribeResourcePolicies",
        "DescribeLogGroups",
    )
}


def logs_of_functions(stack: Stack) -> Iterator[str]:
    """Every function writes to a log group of its own, whose retention is a parameter."""
    functions = stack.of_type("AWS::Lambda::Function")
    groups = {
        name: target(function.get("LoggingConfig", {}).get("LogGroup"))
        for name, function in functions.items()
    }
    users = Counter(groups.values())
    for name, group in groups.items():
        if group not in stack.of_type("AWS::Logs::LogGroup"):
            yield f"{name} has no log group in the template"
        elif users[group] > 1:
            yield f"{name} shares its log group {group}"
        elif not _is_parameter(
            stack, stack.transformed["Resources"][group]["Properties"].get("RetentionInDays")
        ):
            yield f"{group} takes its retention from no parameter"


def _is_parameter(stack: Stack, value: Any) -> bool:
    return isinstance(value, dict) and value.get("Ref") in stack.transformed["Parameters"]


def roles_of_functions(stack: Stack) -> Iterator[str]:
    """Every function has a role of its own, written out in the template, without managed policies."""
    functions = stack.of_type("AWS::Lambda::Function")
    roles = {name: target(function.get("Role")) for name, function in functions.items()}
    users = Counter(roles.values())
    for name, role in roles.items():
        if stack.source["Resources"].get(role, {}).get("Type") != "AWS::IAM::Role":
            yield f"{name} has no role written in the template"
        elif users[role] > 1:
            yield f"{name} shares its role {role}"
        elif stack.attributes(role)["Properties"].get("ManagedPolicyArns"):
            yield f"{role} takes rights from managed policies"


def wildcards_of_roles(stack: Stack) -> Iterator[str]:
    """No role grants every action of a service, or any action on every resource where IAM could limit it."""
    for name, role in stack.of_type("AWS::IAM::Role").items():
        for statement in _statements(role):
            actions = _list(statement.get("Action"))
            yield from (f"{name} grants {action}" for action in actions if action.endswith("*"))
            if "*" in _list(statement.get("Resource")):
                unlimited = sorted(set(actions) - WITHOUT_RESOURCE)
                yield from (f"{name} grants {action} on every resource" for action in unlimited)


def _statements(role: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for policy in role.get("Policies", []):
        yield from _list(policy["PolicyDocument"]["Statement"])


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def traced_functions(stack: Stack) -> Iterator[str]:
    """Every function is traced."""
    for name, function in stack.of_type("AWS::Lambda::Function").items():
        if function.get("TracingConfig", {}).get("Mode") != "Active":
            yield f"{name} is not traced"
