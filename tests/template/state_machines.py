"""State machine definitions with their substitutions filled, as Step Functions would get them."""

import re
from collections.abc import Iterator
from typing import Any

from tests.template.cloudformation import ROOT, Template, read_yaml
from tests.template.stack import PSEUDO_PARAMETERS

_SUBSTITUTION = re.compile(r"\$\{(\w+)\}")
_ACCOUNT = f"{PSEUDO_PARAMETERS['AWS::Region']}:{PSEUDO_PARAMETERS['AWS::AccountId']}"
LAMBDA_INVOKE = "arn:aws:states:::lambda:invoke"


def machines(source: Template) -> dict[str, Template]:
    """Return the properties of every state machine with a definition file, by logical id."""
    return {
        name: resource["Properties"]
        for name, resource in source["Resources"].items()
        if resource["Type"] == "AWS::Serverless::StateMachine"
    }


def definition_of(machine: Template) -> Template:
    """Read the definition that *machine* names."""
    return read_yaml(ROOT / machine["DefinitionUri"])


def strings(value: Any) -> Iterator[str]:
    """Yield every string in a definition, at any depth."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from strings(item)


def unmatched_substitutions(machine: Template, definition: Template) -> Iterator[str]:
    """Yield what is used and not given, and what is given and not used."""
    used = {name for text in strings(definition) for name in _SUBSTITUTION.findall(text)}
    given = machine.get("DefinitionSubstitutions", {}).keys()
    yield from (f"{name} is used and not given" for name in sorted(used - given))
    yield from (f"{name} is given and not used" for name in sorted(given - used))


def inline_template(definition: Template) -> Template:
    """Return a template that holds *definition* inline, where cfn-lint looks into it."""
    properties = {
        "RoleArn": f"arn:aws:iam::{PSEUDO_PARAMETERS['AWS::AccountId']}:role/placeholder",
        "Definition": filled(definition),
        "TracingConfiguration": {"Enabled": True},
    }
    machine = {"Type": "AWS::StepFunctions::StateMachine", "Properties": properties}
    return {"AWSTemplateFormatVersion": "2010-09-09", "Resources": {"StateMachine": machine}}


def filled(value: Any) -> Any:
    """Return a definition with a likely value in place of every substitution."""
    if isinstance(value, dict):
        return {key: filled(item) for key, item in value.items()}
    if isinstance(value, list):
        return [filled(item) for item in value]
    if isinstance(value, str):
        return _SUBSTITUTION.sub(lambda found: _placeholder(found[1]), value)
    return value


def _placeholder(name: str) -> str:
    if name.endswith("Arn"):
        return f"arn:aws:lambda:{_ACCOUNT}:function:placeholder:live"
    return f"https://sqs.{_ACCOUNT}/placeholder" if name.endswith("Url") else "placeholder"


def states(definition: Template) -> Iterator[tuple[str, Template]]:
    """Yield every state with its name, those of maps and branches too."""
    for name, state in definition["States"].items():
        yield name, state
        nested = [state.get("ItemProcessor"), *state.get("Branches", [])]
        for inner in filter(None, nested):
            yield from states(inner)


def invoked_functions(definition: Template) -> Iterator[tuple[str, str]]:
    """Yield the name of each state that invokes a function, and what it invokes, as written."""
    for name, state in states(definition):
        resource = state.get("Resource", "")
        if resource.startswith(LAMBDA_INVOKE):
            yield name, state.get("Arguments", state.get("Parameters", {})).get("FunctionName", "")
        elif ":lambda:" in resource or resource.startswith("${"):
            yield name, resource


def matched_errors(definition: Template) -> Iterator[str]:
    """Yield the name of every error that a retry or a catch matches."""
    for _, state in states(definition):
        for rule in [*state.get("Retry", []), *state.get("Catch", [])]:
            yield from rule["ErrorEquals"]


def expressions(definition: Template) -> Iterator[str]:
    """Yield every JSONata expression."""
    yield from (
        text[2:-2].strip() for text in strings(definition) if text.startswith("{%") and text.endswith("%}")
    )
