"""
Resources that have nothing to do on one machine deploy as if they were there.

Stock: a template with one of these types is refused.
AWS: they shift traffic between versions of a function, join alarms, save queries and so on.
"""

from typing import Any

from ministack.services.cloudformation import provisioners

from local.patches.replacing import UnexpectedEmulatorError

ACCEPTED = (
    "AWS::Chatbot::SlackChannelConfiguration",
    "AWS::CloudWatch::CompositeAlarm",
    "AWS::CodeDeploy::Application",
    "AWS::CodeDeploy::DeploymentConfig",
    "AWS::CodeDeploy::DeploymentGroup",
    "AWS::Logs::QueryDefinition",
)


def apply() -> None:
    """Register the types with handlers that only remember a name."""
    handlers = provisioners._RESOURCE_HANDLERS
    for resource_type in ACCEPTED:
        if resource_type in handlers:
            raise UnexpectedEmulatorError(f"{resource_type} is no longer refused")
        handlers[resource_type] = {"create": _create, "update": _update, "delete": _delete}


def _create(logical_id: str, _properties: Any, stack_name: str) -> tuple[str, dict[str, str]]:
    return f"{stack_name}-{logical_id}", {}


def _update(physical_id: str, *_: Any) -> tuple[str, dict[str, str]]:
    return physical_id, {}


def _delete(*_: Any) -> None:
    return None
