"""The published schema of summaries, which every summary made in the tests is held against."""

import json
from copy import deepcopy
from functools import cache
from pathlib import Path

from jsonschema import Draft202012Validator

SCHEMA = Path(__file__).parents[1] / "docs/schemas/summary.schema.json"


@cache
def schema():
    """Read the schema as it is published."""
    document = json.loads(SCHEMA.read_text())
    Draft202012Validator.check_schema(document)
    return document


def validate_summary(document):
    """Hold a summary against the schema, and let it have no member that the schema does not tell of."""
    _strict().validate(document)


@cache
def _strict():
    return Draft202012Validator(_closed(schema()), format_checker=Draft202012Validator.FORMAT_CHECKER)


def _closed(node):
    """The schema is open, so that members may be added; here every member is to be in it."""
    if isinstance(node, list):
        return [_closed(item) for item in node]
    if not isinstance(node, dict):
        return node
    closed = {name: _closed(item) for name, item in deepcopy(node).items()}
    if node.get("type") == "object" and "required" in node:
        closed.setdefault("additionalProperties", False)
    return closed
