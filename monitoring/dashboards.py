"""The two dashboards: how the service does, and how each of its links does."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from monitoring import objectives
from monitoring.costs import hourly_cost
from monitoring.links import Function, Links

Widget = dict[str, Any]
Series = list[Any]

COLUMNS, HEIGHT = 24, 6
OUTCOMES = {"Success": "#2ca02c", "Error": "#ff7f0e", "Skipped": "#7f7f7f"}
DARK_RED = "#d62728"
MAX_ALARMS = 100  # of one widget


def service(links: Links) -> dict[str, Any]:
    """Return the body of the dashboard of the service: levels, outcomes, latency, backlog, pace, cost."""
    levels = [
        metrics_widget(objective.says, _objective_series(objective, links), view="timeSeries", period=300)
        | {"width": 12}
        for objective in objectives.OBJECTIVES
    ]
    rows = [
        text("# ${Application}: the service\nWhat senders of files notice. Runbook: ${RunbookUrl}"),
        *levels,
        metrics_widget("Files by outcome", list(_outcomes(links)), stacked=True, stat="Sum"),
        metrics_widget("From upload to outcome, ms", list(_latencies(links)), stat="p50"),
        metrics_widget("Files that wait, by lane", list(_waiting(links)), stat="Maximum"),
        metrics_widget("Age of the oldest message, s", list(_ages(links)), stat="Maximum"),
        metrics_widget("Executions started and files begun", list(_pace(links)), stat="Sum"),
        metrics_widget("Estimated cost, US$ an hour", hourly_cost(links), period=3600, stat="Sum"),
    ]
    return {"widgets": list(placed(rows))}


def operations(links: Links, alarms: Iterable[str]) -> dict[str, Any]:
    """Return the body of the dashboard of the links: alarms, functions, queues, tables, machines, errors."""
    rows = [
        text("# ${Application}: its links\nWhat is watched, and what it says. Runbook: ${RunbookUrl}"),
        *alarm_widgets(list(alarms)),
        lambda_widget("Invocations", "Invocations", links, "Sum"),
        lambda_widget("Errors", "Errors", links, "Sum"),
        lambda_widget("Duration p99, ms", "Duration", links, "p99"),
        lambda_widget("Throttles", "Throttles", links, "Sum"),
        metrics_widget("Dead letters and failed files", list(_kept(links)), stat="Maximum") | {"width": 12},
        metrics_widget("Executions", list(_executions(links)), stat="Sum") | {"width": 12},
        metrics_widget("Tables: capacity used and refused", list(_tables(links)), stat="Sum") | {"width": 12},
        metrics_widget("Undelivered events and messages", list(_undelivered(links)), stat="Sum")
        | {"width": 12},
        *([metrics_widget("API", list(_apis(links)), stat="Sum")] if links.apis else []),
        errors_widget(links),
    ]
    return {"widgets": list(placed(rows))}


def body(dashboard: dict[str, Any]) -> str:
    """Return a dashboard as CloudFormation is given it, by Fn::Sub."""
    return json.dumps(dashboard, separators=(",", ":"), ensure_ascii=False)


def placed(widgets: Iterable[Widget]) -> Iterator[Widget]:
    """Lay widgets in rows, from left to right, as wide as they say."""
    x = y = height = 0
    for widget in widgets:
        width = widget.get("width", 8)
        if x + width > COLUMNS:
            x, y, height = 0, y + height, 0
        yield {**widget, "x": x, "y": y, "width": width, "height": widget.get("height", HEIGHT)}
        x, height = x + width, max(height, widget.get("height", HEIGHT))


def text(markdown: str) -> Widget:
    """Return a widget of text as wide as the dashboard."""
    return {"type": "text", "width": COLUMNS, "height": 2, "properties": {"markdown": markdown}}


def metrics_widget(title: str, series: list[Series], **rest: Any) -> Widget:
    """Return a graph; a minute for each point unless it says otherwise."""
    properties = {
        "title": title,
        "region": "${AWS::Region}",
        "view": "timeSeries",
        "period": 60,
        "metrics": series,
    }
    return {"type": "metric", "properties": properties | rest}


def lambda_widget(title: str, name: str, links: Links, stat: str) -> Widget:
    """Return a graph of one metric of every function."""
    series = [
        ["AWS/Lambda", name, "FunctionName", f"${{{each.name}}}", {"label": each.title}]
        for each in links.functions
    ]
    return metrics_widget(title, series, stat=stat) | {"width": 12}


def alarm_widgets(names: list[str]) -> Iterator[Widget]:
    """Yield the states of all alarms, urgent ones first."""
    for start in range(0, len(names), MAX_ALARMS):
        arns = [f"arn:${{AWS::Partition}}:cloudwatch:${{AWS::Region}}:${{AWS::AccountId}}:alarm:{name}"
                for name in names[start : start + MAX_ALARMS]]  # fmt: skip
        properties = {"title": "Alarms that are not well", "alarms": arns, "states": ["ALARM"]}
        yield {"type": "alarm", "width": COLUMNS, "height": 4, "properties": properties}


def errors_widget(links: Links) -> Widget:
    """Return the newest errors of all functions."""
    source = " | ".join(f"SOURCE '${{{function.log_group}}}'" for function in links.functions)
    fields = "fields @timestamp, service, message, exception_name, file_id"
    newest = "filter level in ['ERROR', 'CRITICAL'] | sort @timestamp desc | limit 20"
    properties = {
        "title": "Newest errors", "region": "${AWS::Region}", "view": "table",
        "query": f"{source} | {fields} | {newest}",
    }  # fmt: skip
    return {"type": "log", "width": COLUMNS, "properties": properties}


def _objective_series(objective: objectives.Objective, links: Links) -> list[Series]:
    """Return the percentage of good files; what it is made of stays hidden."""
    hidden, bad = [], ""
    for each in objectives.ratio(objective, links, 300):
        if "Expression" in each:
            bad = each["Expression"]
            continue
        found = each["MetricStat"]["Metric"]
        options = {"id": each["Id"], "visible": False, "stat": "Sum"}
        dimensions = [part for pair in found["Dimensions"] for part in (pair["Name"], _value(pair["Value"]))]
        hidden.append([found["Namespace"], found["MetricName"], *dimensions, options])
    return [*hidden, [{"expression": f"100 - ({bad})", "id": "good", "label": "good files, %"}]]


def _value(value: Any) -> str:
    return f"${{{value['Ref']}}}" if isinstance(value, dict) else str(value)


def _outcomes(links: Links) -> Iterator[Series]:
    for outcome, color in OUTCOMES.items():
        for n, function in enumerate(_recorders(links)):
            options = {"id": f"{outcome.lower()}{n}", "visible": False}
            yield ["Sluice", f"{outcome}Files", "service", function.service, options]
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


def _latencies(links: Links) -> Iterator[Series]:
    for function in links.processors:
        for stat in ("p50", "p99"):
            options = {"stat": stat, "label": f"{function.service} {stat}"}
            yield ["Sluice", "TimeToOutcome", "service", function.service, options]


def _waiting(links: Links) -> Iterator[Series]:
    return _of_queues("ApproximateNumberOfMessagesVisible", links.work_queues)


def _ages(links: Links) -> Iterator[Series]:
    return _of_queues("ApproximateAgeOfOldestMessage", links.work_queues)


def _of_queues(metric: str, queues: Iterable[str]) -> Iterator[Series]:
    for queue in queues:
        yield ["AWS/SQS", metric, "QueueName", f"${{{queue}}}", {"label": queue}]


def _pace(links: Links) -> Iterator[Series]:
    for machine in links.machines:
        yield ["AWS/States", "ExecutionsStarted", "StateMachineArn", f"${{{machine}}}", {"label": machine}]
    for function in links.processors:
        yield [
            "Sluice",
            "ProcessedFiles",
            "service",
            function.service,
            {"label": f"{function.service} files"},
        ]


def _kept(links: Links) -> Iterator[Series]:
    return _of_queues("ApproximateNumberOfMessagesVisible", links.kept_queues)


def _executions(links: Links) -> Iterator[Series]:
    for machine in links.machines:
        for name in ("Started", "Succeeded", "Failed", "TimedOut", "Aborted"):
            label = f"{machine.removesuffix('StateMachine')} {name.lower()}"
            yield ["AWS/States", f"Executions{name}", "StateMachineArn", f"${{{machine}}}", {"label": label}]


def _tables(links: Links) -> Iterator[Series]:
    for table in links.tables:
        for name in (
            "ConsumedReadCapacityUnits",
            "ConsumedWriteCapacityUnits",
            "ReadThrottleEvents",
            "WriteThrottleEvents",
        ):
            yield ["AWS/DynamoDB", name, "TableName", f"${{{table}}}", {"label": f"{table} {name}"}]


def _undelivered(links: Links) -> Iterator[Series]:
    for rule in links.rules:
        yield ["AWS/Events", "FailedInvocations", "RuleName", f"${{{rule}}}", {"label": rule}]
    for topic in links.topics:
        yield ["AWS/SNS", "NumberOfNotificationsFailed", "TopicName", f"${{{topic}}}", {"label": topic}]


def _apis(links: Links) -> Iterator[Series]:
    for api in links.apis:
        for name in ("Count", "4xx", "5xx"):
            yield ["AWS/ApiGateway", name, "ApiId", f"${{{api}}}", {"label": f"{api} {name}"}]
