"""Make an alarm: what it watches, from where on, whom it tells and in which words."""

from collections.abc import Iterator
from typing import Any

from monitoring.words import Words

Resource = dict[str, Any]
Resources = dict[str, Resource]
Source = tuple[str, str, dict[str, Any]]
"""Namespace, name and dimensions of a metric."""

OURS = "Sluice/${Application}"
"""The namespace of the stack's own metrics."""

FIVE_MINUTES = 300  # seconds
URGENT = {"P1", "P2"}


def by_stage(name: str) -> dict[str, Any]:
    """Return the threshold of this name of the stack's stage."""
    return {"Fn::FindInMap": ["Thresholds", {"Ref": "Stage"}, name]}


def ref(name: str) -> dict[str, str]:
    """Return what the parameter of a resource is given: its name, or its ARN."""
    return {"Ref": name}


def metric(name: str, source: Source, period: int, statistic: str = "Sum") -> Resource:
    """Return one metric of an alarm on several."""
    stat = {"Metric": _metric(source), "Period": period, "Stat": statistic}
    return {"Id": name, "ReturnData": False, "MetricStat": stat}


def expression(name: str, formula: str, label: str) -> Resource:
    """Return the formula that an alarm on several metrics watches."""
    return {"Id": name, "ReturnData": True, "Expression": formula, "Label": label}


def on_metric(
    subject: str, says: Words, source: Source, *,
    above: Any = None, at_least: Any = None, statistic: str = "Sum",
    period: int = FIVE_MINUTES, periods: int = 1,
) -> Resource:  # fmt: skip
    """Return an alarm on one metric; give it `above` or `at_least`."""
    kind = "ExtendedStatistic" if statistic.startswith("p") else "Statistic"
    watched = {**_metric(source), kind: statistic, "Period": period}
    compared = _above(above) if at_least is None else _at_least(at_least)
    return _alarm(subject, says, watched | compared, periods)


def on_math(subject: str, says: Words, metrics: list[Resource], *, above: Any, periods: int = 1) -> Resource:
    """Return an alarm on a formula."""
    return _alarm(subject, says, {"Metrics": metrics} | _above(above), periods)


def _above(threshold: Any) -> Resource:
    return {"ComparisonOperator": "GreaterThanThreshold", "Threshold": threshold}


def _at_least(threshold: Any) -> Resource:
    return {"ComparisonOperator": "GreaterThanOrEqualToThreshold", "Threshold": threshold}


def _alarm(subject: str, says: Words, watched: Resource, periods: int) -> Resource:
    properties = {
        "AlarmDescription": {"Fn::Sub": says.description(subject)},
        **watched,
        "EvaluationPeriods": periods,
        "DatapointsToAlarm": periods,
        "TreatMissingData": "notBreaching",  # quiet traffic is no fault
    }
    return {"Type": "AWS::CloudWatch::Alarm", "Properties": properties | told(says)}


def told(says: Words) -> Resource:
    """Return whom an alarm of this level tells, and that it is over."""
    topic = ref("Urgent" if says.level in URGENT else "Notices")
    return {} if says.level == "P4" else {"AlarmActions": [topic], "OKActions": [topic]}


def named(alarms: Resources) -> Iterator[tuple[str, Resource]]:
    """Yield the alarms with names that begin with the stack's, and say their level."""
    for name, alarm in alarms.items():
        level = alarm["Properties"]["AlarmDescription"]["Fn::Sub"].split(".")[0]
        own = {"AlarmName": {"Fn::Sub": f"${{Application}}-{level}-{name}"}}
        yield name, {**alarm, "Properties": own | alarm["Properties"]}


def _metric(source: Source) -> Resource:
    namespace, name, dimensions = source
    pairs = [{"Name": key, "Value": value} for key, value in dimensions.items()]
    named: Any = {"Fn::Sub": namespace} if namespace == OURS else namespace
    return {"Namespace": named, "MetricName": name, "Dimensions": pairs}
