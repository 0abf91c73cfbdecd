"""Dashboard bodies hold what CloudWatch takes; neither CloudFormation nor its linters look into them."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.template.cloudformation import ROOT, read_yaml
from tests.template.dashboards import breaches, dashboards

TEMPLATES = sorted([ROOT / "template.yaml", *ROOT.glob("templates/*.yaml")])
SOUND = {
    "widgets": [
        {"type": "text", "x": 0, "y": 0, "width": 24, "height": 1, "properties": {"markdown": "# Files"}},
        {
            "type": "metric",
            "x": 0,
            "y": 1,
            "width": 12,
            "height": 6,
            "properties": {
                "title": "Files by outcome",
                "region": "${AWS::Region}",
                "view": "timeSeries",
                "period": 60,
                "stat": "Sum",
                "metrics": [
                    ["Sluice", "ProcessedFiles", "outcome", "success", {"id": "good", "label": "success"}],
                    ["...", "error", {"stat": "p99"}],
                    [{"expression": "good / 2", "id": "half"}],
                ],
            },
        },
        {
            "type": "log",
            "x": 12,
            "y": 1,
            "width": 12,
            "height": 6,
            "properties": {
                "title": "Errors",
                "region": "${AWS::Region}",
                "query": "SOURCE '${Logs}' | limit 20",
            },
        },
    ]
}


def as_sub(body: dict[str, Any]) -> dict[str, str]:
    """Return *body* as a template holds it."""
    return {"Fn::Sub": json.dumps(body)}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_dashboard_is_sound(path: Any) -> None:
    """In the template and in those nested in it."""
    found = {name: list(breaches(body)) for name, body in dashboards(read_yaml(path)).items()}

    assert {name: [] for name in found} == found


@pytest.mark.parametrize(
    "body",
    [
        json.dumps(SOUND),
        as_sub(SOUND),
        {"Fn::Sub": [json.dumps(SOUND), {"Logs": "x"}]},
        {"Fn::ToJsonString": SOUND},
    ],
    ids=["string", "Sub", "Sub with values", "ToJsonString"],
)
def test_a_sound_dashboard_passes_in_every_form(body: Any) -> None:
    """A check that refused everything would find every fault, too."""
    assert [] == list(breaches(body))


def test_a_body_that_is_not_json_is_found() -> None:
    """A comma too many."""
    assert ["the body is not JSON"] == [breach[:20] for breach in breaches({"Fn::Sub": '{"widgets": [],}'})]


METRIC, LOG = 1, 2
FAULTS: list[tuple[str, Callable[[list[dict]], object]]] = [
    ("is not one of", lambda widgets: widgets[0].update(type="texts")),
    ("reaches over the right edge", lambda widgets: widgets[LOG].update(x=13)),
    ("lies on widget", lambda widgets: widgets[LOG].update(x=11)),
    ("'region' is a required property", lambda widgets: widgets[METRIC]["properties"].pop("region")),
    ("does not match", lambda widgets: widgets[METRIC]["properties"].update(stat="Mean")),
    ("is not one of", lambda widgets: widgets[METRIC]["properties"].update(period=61)),
    ("is not one of", lambda widgets: widgets[METRIC]["properties"].update(view="graph")),
    (
        "'min' is a required property",
        lambda widgets: widgets[METRIC]["properties"].update(view="gauge", yAxis={"left": {"max": 1}}),
    ),
    ("were unexpected", lambda widgets: widgets[METRIC]["properties"].update(metric=[], colour="red")),
    ("not valid under any", lambda widgets: widgets[METRIC]["properties"]["metrics"].append(["Sluice"])),
    (
        "not valid under any",
        lambda widgets: widgets[METRIC]["properties"]["metrics"][0][-1].update(id="Upper"),
    ),
    ("does not match", lambda widgets: widgets[LOG]["properties"].update(query="fields @message")),
    ("'height' is a required property", lambda widgets: widgets[0].pop("height")),
]


@pytest.mark.parametrize(("words", "seed"), FAULTS)
def test_a_fault_in_a_dashboard_is_found(words: str, seed: Callable) -> None:
    """What CloudWatch refuses, or shows as an empty widget."""
    body = copy.deepcopy(SOUND)

    seed(body["widgets"])
    found = list(breaches(as_sub(body)))

    assert any(words in breach for breach in found), found
