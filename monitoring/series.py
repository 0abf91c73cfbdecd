"""What the graphs of the dashboards show."""

from collections.abc import Iterable, Iterator
from typing import Any

from monitoring import objectives
from monitoring.alarm_making import OURS
from monitoring.links import Function, Links

Series = list[Any]
OUTCOMES = {"Success": "#2ca02c", "Error": "#ff7f0e", "Skipped": "#7f7f7f"}
DARK_RED = "#d62728"


def objective_series(objective: objectives.Objective, links: Links) -> list[Series]:
    """Return the percentage of good files; what it is made of stays hidden."""
    hidden, bad = [], ""
    for each in objectives.ratio(objective, links, 300):
        if "Expression" in each:
            bad = each["Expression"]
            continue
        found = each["MetricStat"]["Metric"]
        options = {"id": each["Id"], "visible": False, "stat": "Sum"}
        dimensions = [part for pair in found["Dimensions"] for part in (pair["Name"], _value(pair["Value"]))]
        hidden.append([_value(found["Namespace"]), found["MetricName"], *dimensions, options])
    return [*hidden, [{"expression": f"100 - ({bad})", "id": "good", "label": "good files, %"}]]


def _value(value: Any) -> str:
    if not isinstance(value, dict):
        return str(value)
    return f"${{{value['Ref']}}}" if "Ref" in value else str(value["Fn::Sub"])


def outcomes(links: Links) -> Iterator[Series]:
    """Yield the outcomes that functions record, by their colours."""
    for outcome, color in OUTCOMES.items():
        for n, function in enumerate(_recorders(links)):
            options = {"id": f"{outcome.lower()}{n}", "visible": False}
            yield [OURS, f"{outcome}Files", "service", function.service, options]
        formula = "+".join(f"FILL({outcome.lower()}{n}, 0)" for n, _ in enumerate(_recorders(links)))
        yield [
            {"expression": formula, "id": f"all_{outcome.lower()}", "label": outcome.lower(), "color": color}
        ]
    yield [
        "AWS/SQS",
        "NumberOfMessagesSent",
        "QueueName",
        "${FailedFilesQueue}",
        {"label": "failed", "color": DARK_RED},
    ]


def _recorders(links: Links) -> list[Function]:
    """Return the functions that record outcomes: processors, and dispatch for files that are skipped."""
    return [*links.processors, *(each for each in links.functions if each.service == "dispatch")]


def latencies(links: Links) -> Iterator[Series]:
    """Yield the time from arrival to outcome."""
    for function in links.processors:
        for stat in ("p50", "p99"):
            options = {"stat": stat, "label": f"{function.service} {stat}"}
            yield [OURS, "TimeToOutcome", "service", function.service, options]


def waiting(links: Links) -> Iterator[Series]:
    """Yield the messages that wait for their work."""
    return _of_queues("ApproximateNumberOfMessagesVisible", links.work_queues)


def ages(links: Links) -> Iterator[Series]:
    """Yield the age of the oldest of them."""
    return _of_queues("ApproximateAgeOfOldestMessage", links.work_queues)


def _of_queues(metric: str, queues: Iterable[str]) -> Iterator[Series]:
    for queue in queues:
        yield ["AWS/SQS", metric, "QueueName", f"${{{queue}}}", {"label": queue}]


def pace(links: Links) -> Iterator[Series]:
    """Yield the executions that start and the files that are processed."""
    for machine in links.machines:
        yield ["AWS/States", "ExecutionsStarted", "StateMachineArn", f"${{{machine}}}", {"label": machine}]
    for function in links.processors:
        yield [
            OURS,
            "ProcessedFiles",
            "service",
            function.service,
            {"label": f"{function.service} files"},
        ]


def kept(links: Links) -> Iterator[Series]:
    """Yield the messages that wait for a person."""
    return _of_queues("ApproximateNumberOfMessagesVisible", links.kept_queues)


def executions(links: Links) -> Iterator[Series]:
    """Yield how executions end."""
    for machine in links.machines:
        for name in ("Started", "Succeeded", "Failed", "TimedOut", "Aborted"):
            label = f"{machine.removesuffix('StateMachine')} {name.lower()}"
            yield ["AWS/States", f"Executions{name}", "StateMachineArn", f"${{{machine}}}", {"label": label}]


def tables(links: Links) -> Iterator[Series]:
    """Yield what tables consume, and what they throttle."""
    for table in links.tables:
        for name in (
            "ConsumedReadCapacityUnits",
            "ConsumedWriteCapacityUnits",
            "ReadThrottleEvents",
            "WriteThrottleEvents",
        ):
            yield ["AWS/DynamoDB", name, "TableName", f"${{{table}}}", {"label": f"{table} {name}"}]


def undelivered(links: Links) -> Iterator[Series]:
    """Yield what rules and topics could not hand on."""
    for rule in links.rules:
        yield ["AWS/Events", "FailedInvocations", "RuleName", f"${{{rule}}}", {"label": rule}]
    for topic in links.topics:
        yield ["AWS/SNS", "NumberOfNotificationsFailed", "TopicName", f"${{{topic}}}", {"label": topic}]


def apis(links: Links) -> Iterator[Series]:
    """Yield the requests of the APIs, and those that fail."""
    for api in links.apis:
        for name in ("Count", "4xx", "5xx"):
            yield ["AWS/ApiGateway", name, "ApiId", f"${{{api}}}", {"label": f"{api} {name}"}]
