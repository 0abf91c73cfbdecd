"""
A deployed table has its expiry and its recovery.

Stock: CloudFormation drops TimeToLiveSpecification and PointInTimeRecoverySpecification of a table.
AWS: both are set with the table, and changed with it.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html
"""

from typing import Any

from ministack.services import dynamodb
from ministack.services.cloudformation import provisioners

from local.patches.replacing import UnexpectedEmulatorError

TABLE = "AWS::DynamoDB::Table"
SETTINGS = {
    "TimeToLiveSpecification": "_update_ttl",
    "PointInTimeRecoverySpecification": "_update_continuous_backups",
}


def apply() -> None:
    """Make the calls that a person without CloudFormation would make."""
    if missing := [name for name in SETTINGS.values() if not hasattr(dynamodb, name)]:
        raise UnexpectedEmulatorError(f"dynamodb has no {', '.join(missing)}")
    handlers = provisioners._RESOURCE_HANDLERS[TABLE]
    create, update = handlers["create"], handlers["update"]

    def create_with_settings(logical_id: str, properties: dict[str, Any], stack_name: str) -> Any:
        return _with_settings(create(logical_id, properties, stack_name), properties)

    def update_with_settings(table: str, old: Any, new: dict[str, Any], *rest: Any, **named: Any) -> Any:
        return _with_settings(update(table, old, new, *rest, **named), new)

    handlers |= {"create": create_with_settings, "update": update_with_settings}


def _with_settings(made: Any, properties: dict[str, Any]) -> Any:
    for name, call in SETTINGS.items():
        if specification := properties.get(name):
            getattr(dynamodb, call)({"TableName": made[0], name: specification})
    return made
