"""Widgets of a dashboard, and where they are placed."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from monitoring.links import Links
from monitoring.series import Series

Widget = dict[str, Any]
COLUMNS = 24
HEIGHT = 6
MAX_ALARMS = 100  # of one widget


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
