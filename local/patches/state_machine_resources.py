"""
A template may have versions and aliases of state machines.

Stock: CloudFormation refuses both types.
AWS: a version publishes a revision of its state machine, and an alias sends executions to versions by weight.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachineversion.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachinealias.html

Left as it is: an alias moves at once, whatever its deployment preference.
"""

import json
from typing import Any

from ministack.services import stepfunctions
from ministack.services.cloudformation import provisioners

from local.patches.replacing import UnexpectedEmulatorError

VERSION = "AWS::StepFunctions::StateMachineVersion"
ALIAS = "AWS::StepFunctions::StateMachineAlias"


def apply() -> None:
    """Register both types with handlers that make the calls of the API."""
    handlers = provisioners._RESOURCE_HANDLERS
    if known := [kind for kind in (VERSION, ALIAS) if kind in handlers]:
        raise UnexpectedEmulatorError(f"{known} are no longer refused")
    handlers[VERSION] = {"create": _publish, "update": _publish_again, "delete": _delete_version}
    handlers[ALIAS] = {"create": _create_alias, "update": _update_alias, "delete": _delete_alias}


def _publish(_: str, properties: dict[str, Any], __: str) -> tuple[str, dict[str, str]]:
    """Publish the revision, or find the version that it has already, as AWS does."""
    machine = stepfunctions._state_machines[properties["StateMachineArn"]]
    revision = properties.get("StateMachineRevisionId") or machine["revisionId"]
    for arn, version in stepfunctions._state_machine_versions.items():
        if arn.startswith(f"{machine['stateMachineArn']}:") and version["stateMachineRevisionId"] == revision:
            return arn, {"Arn": arn}
    request = {"stateMachineArn": machine["stateMachineArn"], "revisionId": revision}
    arn = _answer(stepfunctions._publish_state_machine_version(request))["stateMachineVersionArn"]
    return arn, {"Arn": arn}


def _publish_again(_: str, __: Any, properties: dict[str, Any], *_more: Any) -> tuple[str, dict[str, str]]:
    return _publish("", properties, "")


def _delete_version(arn: str, *_: Any) -> None:
    _answer(stepfunctions._delete_state_machine_version({"stateMachineVersionArn": arn}))


def _create_alias(_: str, properties: dict[str, Any], __: str) -> tuple[str, dict[str, str]]:
    request = {"name": properties["Name"], "routingConfiguration": _routing(properties)}
    arn = _answer(stepfunctions._create_state_machine_alias(request))["stateMachineAliasArn"]
    return arn, {"Arn": arn}


def _update_alias(arn: str, _: Any, properties: dict[str, Any], *__: Any) -> tuple[str, dict[str, str]]:
    request = {"stateMachineAliasArn": arn, "routingConfiguration": _routing(properties)}
    _answer(stepfunctions._update_state_machine_alias(request))
    return arn, {"Arn": arn}


def _delete_alias(arn: str, *_: Any) -> None:
    stepfunctions._delete_state_machine_alias({"stateMachineAliasArn": arn})


def _routing(properties: dict[str, Any]) -> list[dict[str, Any]]:
    if wanted := properties.get("RoutingConfiguration"):
        return [
            {"stateMachineVersionArn": route["StateMachineVersionArn"], "weight": int(route["Weight"])}
            for route in wanted
        ]
    version = properties["DeploymentPreference"]["StateMachineVersionArn"]
    return [{"stateMachineVersionArn": version, "weight": 100}]


def _answer(response: tuple[int, Any, bytes]) -> dict[str, Any]:
    status, _, body = response
    if status >= 400:  # noqa: PLR2004 - an HTTP error
        raise ValueError(json.loads(body).get("message", "refused"))
    return json.loads(body or b"{}")
