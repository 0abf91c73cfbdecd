"""Which actions CloudFormation needs for a resource, by the handlers of its type in the public registry."""

import json
from functools import cache
from pathlib import Path

import cfnlint

_SCHEMAS = Path(cfnlint.__file__).parent / "data/schemas"
_OPERATIONS = ("create", "read", "update", "delete")


def actions_for(resource_type: str) -> set[str]:
    """Return the actions of create, read, update and delete; none for a type without registered handlers."""
    file = _files().get(resource_type)
    schema = json.loads((_SCHEMAS / f"resources/{file}.json").read_text(encoding="utf-8")) if file else {}
    handlers = schema.get("handlers", {})
    return {
        action for operation in _OPERATIONS for action in handlers.get(operation, {}).get("permissions", [])
    }


@cache
def _files() -> dict[str, str]:
    """Return the schema's file of each type, of the region that has every type first."""
    return json.loads((_SCHEMAS / "providers/us-east-1.json").read_text(encoding="utf-8"))
