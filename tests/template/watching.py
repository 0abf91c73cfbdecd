"""Alarms and dashboards of the nested template: what they watch, and what of the template they do not."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.template.cloudformation import Template, targets
from tests.template.stack import Stack

WATCHED = (
    "AWS::Lambda::Function",
    "AWS::SQS::Queue",
    "AWS::DynamoDB::Table",
    "AWS::StepFunctions::StateMachine",
    "AWS::Events::Rule",
    "AWS::SNS::Topic",
    "AWS::ApiGatewayV2::Api",
)


@dataclass(frozen=True)
class Metric:
    """One series of CloudWatch that an alarm or a widget reads."""

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]
    statistic: str
    period: int


def alarms(nested: Template) -> dict[str, Any]:
    """Return the properties of every alarm on metrics by logical id."""
    return _of_type(nested, "AWS::CloudWatch::Alarm")


def composites(nested: Template) -> dict[str, Any]:
    """Return the properties of every alarm on alarms by logical id."""
    return _of_type(nested, "AWS::CloudWatch::CompositeAlarm")


def _of_type(nested: Template, kind: str) -> dict[str, Any]:
    return {name: each["Properties"] for name, each in nested["Resources"].items() if each["Type"] == kind}


def unwatched(stack: Stack, nested: Template) -> Iterator[str]:
    """Yield every resource of the stack, of a type that has metrics, whose name no alarm's dimension has."""
    given = stack.of_type("AWS::CloudFormation::Stack")["Monitoring"]["Parameters"]
    parameters = {
        parameter
        for alarm in alarms(nested).values()
        for metric in metrics_of(alarm)
        for _, value in metric.dimensions
        for parameter in re.findall(r"\$\{(\w+)\}", value)
    }
    watched = {name for parameter in parameters for name in targets(given[parameter])}
    written = stack.source["Resources"]
    yield from (
        f"{name} has no alarm: run `make monitoring`"
        for name in stack.of_type(*WATCHED)
        if name in written and name not in watched
    )


def metrics_of(alarm: dict[str, Any]) -> Iterator[Metric]:
    """Yield what an alarm reads."""
    if "MetricName" in alarm:
        yield _metric(alarm, alarm.get("Statistic") or alarm["ExtendedStatistic"], alarm["Period"])
    for part in alarm.get("Metrics", []):
        if stat := part.get("MetricStat"):
            yield _metric(stat["Metric"], stat["Stat"], stat["Period"])


def _metric(found: dict[str, Any], statistic: str, period: int) -> Metric:
    dimensions = tuple((pair["Name"], _text(pair["Value"])) for pair in found["Dimensions"])
    return Metric(_text(found["Namespace"]), found["MetricName"], dimensions, statistic, period)


def _text(value: Any) -> str:
    if not isinstance(value, dict):
        return value
    return f"${{{value['Ref']}}}" if "Ref" in value else value["Fn::Sub"]


def dashboards(nested: Template) -> dict[str, dict[str, Any]]:
    """Return the bodies of the dashboards, their placeholders standing."""
    found = _of_type(nested, "AWS::CloudWatch::Dashboard")
    return {name: json.loads(each["DashboardBody"]["Fn::Sub"]) for name, each in found.items()}


def metrics_drawn(body: dict[str, Any]) -> Iterator[Metric]:
    """Yield what a dashboard reads."""
    for widget in body["widgets"]:
        properties = widget["properties"]
        for series in properties.get("metrics", []):
            parts = [part for part in series if isinstance(part, str)]
            options = series[-1] if isinstance(series[-1], dict) else {}
            if parts:
                pairs = tuple(zip(parts[2::2], parts[3::2], strict=True))
                statistic = options.get("stat") or properties["stat"]
                yield Metric(parts[0], parts[1], pairs, statistic, properties["period"])


def formulas(properties: Iterable[dict[str, Any]]) -> Iterator[tuple[str, set[str]]]:
    """Yield each formula with the ids that are there for it."""
    for each in properties:
        parts = each.get("Metrics", [])
        ids = {part["Id"] for part in parts}
        yield from ((part["Expression"], ids) for part in parts if "Expression" in part)


def headings(document: str) -> set[str]:
    """Return the anchors of a Markdown document's headings, as GitHub makes them."""
    titles = re.findall(r"^#+ (.+)$", document, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}
