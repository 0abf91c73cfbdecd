"""Dashboard bodies, which neither CloudFormation nor its linters look into before CloudWatch does."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema

from tests.template.cloudformation import Template, target
from tests.template.stack import PSEUDO_PARAMETERS

SCHEMA = json.loads(Path(__file__).with_name("dashboard.schema.json").read_text(encoding="utf-8"))
GRID_COLUMNS = 24


def dashboards(template: Template) -> dict[str, Any]:
    """Return the body of every dashboard as written, by logical id."""
    return {
        name: resource["Properties"]["DashboardBody"]
        for name, resource in template["Resources"].items()
        if not name.startswith("Fn::ForEach::") and resource["Type"] == "AWS::CloudWatch::Dashboard"
    }


def breaches(body: Any) -> Iterator[str]:
    """Yield one sentence for each way in which CloudWatch would refuse or misread a dashboard's *body*."""
    try:
        dashboard = json.loads(_text(body))
    except ValueError as error:
        yield f"the body is not JSON: {error}"
        return
    for error in jsonschema.Draft202012Validator(SCHEMA).iter_errors(dashboard):
        yield f"{error.json_path}: {error.message}"
    yield from _misplaced(dashboard.get("widgets", []))


def _text(body: Any) -> str:
    """Fill what CloudFormation would fill; every placeholder is a word, and so is valid in a JSON string."""
    if isinstance(body, str):
        return body
    ((function, given),) = body.items()
    if function == "Fn::ToJsonString":
        return json.dumps(_filled(given))
    if function != "Fn::Sub":
        raise ValueError(f"a body made by {function} cannot be read")
    text = given[0] if isinstance(given, list) else given
    return re.sub(r"\$\{([^!}]+)\}", lambda name: PSEUDO_PARAMETERS.get(name[1], "placeholder"), text)


def _filled(value: Any) -> Any:
    if isinstance(value, list):
        return [_filled(item) for item in value]
    if isinstance(value, dict):
        is_reference = len(value) == 1 and next(iter(value)).startswith(("Ref", "Fn::"))
        return (
            PSEUDO_PARAMETERS.get(target(value), "placeholder")
            if is_reference
            else {key: _filled(item) for key, item in value.items()}
        )
    return value


def _misplaced(widgets: list[dict[str, Any]]) -> Iterator[str]:
    """Yield widgets that reach over the grid's edge or lie on one another."""
    taken: dict[tuple[int, int], int] = {}
    for number, widget in enumerate(widgets):
        left, top = widget.get("x"), widget.get("y")
        if not isinstance(left, int) or not isinstance(top, int):
            continue
        if left + widget.get("width", 0) > GRID_COLUMNS:
            yield f"widget {number} reaches over the right edge"
        cells = [
            (x, y)
            for x in range(left, left + widget.get("width", 0))
            for y in range(top, top + widget.get("height", 0))
        ]
        beneath = {taken[cell] for cell in cells if cell in taken}
        yield from (f"widget {number} lies on widget {other}" for other in sorted(beneath))
        taken |= dict.fromkeys(cells, number)
