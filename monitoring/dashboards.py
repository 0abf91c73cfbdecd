"""The two dashboards: how the service does, and how each of its links does."""

from collections.abc import Iterable
from typing import Any

from monitoring import objectives
from monitoring.costs import hourly_cost
from monitoring.links import Links
from monitoring.series import (
    ages,
    apis,
    executions,
    kept,
    latencies,
    objective_series,
    outcomes,
    pace,
    tables,
    undelivered,
    waiting,
)
from monitoring.widgets import alarm_widgets, errors_widget, lambda_widget, metrics_widget, placed, text


def service(links: Links) -> dict[str, Any]:
    """Return the body of the dashboard of the service: levels, outcomes, latency, backlog, pace, cost."""
    levels = [
        metrics_widget(objective.says, objective_series(objective, links), view="timeSeries", period=300)
        | {"width": 12}
        for objective in objectives.OBJECTIVES
    ]
    rows = [
        text("# ${Application}: the service\nWhat senders of files notice. Runbook: ${RunbookUrl}"),
        *levels,
        metrics_widget("Files by outcome", list(outcomes(links)), stacked=True, stat="Sum"),
        metrics_widget("From upload to outcome, ms", list(latencies(links)), stat="p50"),
        metrics_widget("Files that wait, by lane", list(waiting(links)), stat="Maximum"),
        metrics_widget("Age of the oldest message, s", list(ages(links)), stat="Maximum"),
        metrics_widget("Executions started and files begun", list(pace(links)), stat="Sum"),
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
        metrics_widget("Dead letters and failed files", list(kept(links)), stat="Maximum") | {"width": 12},
        metrics_widget("Executions", list(executions(links)), stat="Sum") | {"width": 12},
        metrics_widget("Tables: capacity used and refused", list(tables(links)), stat="Sum") | {"width": 12},
        metrics_widget("Undelivered events and messages", list(undelivered(links)), stat="Sum")
        | {"width": 12},
        *([metrics_widget("API", list(apis(links)), stat="Sum")] if links.apis else []),
        errors_widget(links),
    ]
    return {"widgets": list(placed(rows))}
