"""
An alarm on a formula deploys as if it were there; an alarm on one metric is the emulator's own.

Stock: an alarm with `Metrics` is refused.
AWS: the alarm watches what the formula makes of several metrics.
"""

from typing import Any

from ministack.services.cloudformation import provisioners

from local.patches.replacing import UnexpectedEmulatorError

ALARM = "AWS::CloudWatch::Alarm"


def apply() -> None:
    """Remember the name of an alarm on a formula, and leave every other alarm to the emulator."""
    handlers = provisioners._RESOURCE_HANDLERS
    if ALARM not in handlers:
        raise UnexpectedEmulatorError(f"{ALARM} has no handlers")
    create, update = handlers[ALARM]["create"], handlers[ALARM]["update"]

    def create_unless_formula(logical_id: str, properties: dict[str, Any], stack_name: str) -> Any:
        if properties.get("Metrics"):
            return properties.get("AlarmName", f"{stack_name}-{logical_id}"), {}
        return create(logical_id, properties, stack_name)

    def update_unless_formula(name: str, old: Any, new: dict[str, Any], *rest: Any, **named: Any) -> Any:
        return (name, {}) if new.get("Metrics") else update(name, old, new, *rest, **named)

    handlers[ALARM] |= {"create": create_unless_formula, "update": update_unless_formula}
