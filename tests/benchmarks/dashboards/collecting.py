"""The metrics of a run: what the local stack emitted, and what was read from its queues and executions."""

import json
import time
from collections import defaultdict
from typing import Any

from local.clients import client
from local.home import Endpoint
from tests.benchmarks.dashboards.formulas import Series

STATISTICS = ["Sum", "Average", "Minimum", "Maximum", "SampleCount"]
PERCENTILES = ["p50", "p90", "p99"]
STARTS = {"SUCCEEDED": "ExecutionsSucceeded", "FAILED": "ExecutionsFailed", "ABORTED": "ExecutionsAborted",
          "TIMED_OUT": "ExecutionsTimedOut"}  # fmt: skip

Key = tuple[str, ...]


class Collector:
    """Looks at the queues while a run goes on, and at everything else afterwards."""

    def __init__(self, endpoint: Endpoint, period: int) -> None:
        self._client = lambda service: client(endpoint, service)
        self._period = period
        self._seen: dict[Key, list[tuple[float, float]]] = defaultdict(list)
        self._queues = self._client("sqs").list_queues().get("QueueUrls", [])

    def look(self) -> None:
        """Note how many messages wait in each queue."""
        sqs = self._client("sqs")
        for url in self._queues:
            name, attribute = url.rsplit("/", 1)[-1], "ApproximateNumberOfMessages"
            found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[attribute])["Attributes"]
            key = ("AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", name)
            self._seen[key].append((time.time(), float(found[attribute])))

    def dashboards(self) -> dict[str, dict[str, Any]]:
        """Return the bodies of the deployed dashboards by name."""
        cloudwatch = self._client("cloudwatch")
        names = [entry["DashboardName"] for entry in cloudwatch.list_dashboards()["DashboardEntries"]]
        return {
            name.rsplit("-", 1)[-1]: json.loads(cloudwatch.get_dashboard(DashboardName=name)["DashboardBody"])
            for name in names
        }

    def alarms(self) -> dict[str, str]:
        """Return the state of every alarm that the emulator evaluates, by name: those on one metric."""
        pages = self._client("cloudwatch").get_paginator("describe_alarms").paginate()
        return {alarm["AlarmName"]: alarm["StateValue"] for page in pages for alarm in page["MetricAlarms"]}

    def series(self, begun: float, ended: float) -> Series:
        """Return every metric of the run by namespace, name and dimensions."""
        self._count_executions()
        found = Series(begun, ended, self._period)
        for key, points in self._seen.items():
            found.add(key, points)
        cloudwatch = self._client("cloudwatch")
        for metric in cloudwatch.list_metrics()["Metrics"]:
            pairs = [part for each in metric["Dimensions"] for part in (each["Name"], each["Value"])]
            key = (metric["Namespace"], metric["MetricName"], *pairs)
            found.add_statistics(key, self._statistics(cloudwatch, metric, begun, ended))
        return found

    def _statistics(self, cloudwatch: Any, metric: Any, begun: float, ended: float) -> list[dict[str, Any]]:
        request = {"Namespace": metric["Namespace"], "MetricName": metric["MetricName"]}
        request |= {"Dimensions": metric["Dimensions"], "Period": self._period}
        request |= {"StartTime": begun - self._period, "EndTime": ended + self._period}
        first = cloudwatch.get_metric_statistics(**request, Statistics=STATISTICS)["Datapoints"]
        more = cloudwatch.get_metric_statistics(**request, ExtendedStatistics=PERCENTILES)["Datapoints"]
        of_moment = {point["Timestamp"]: point.get("ExtendedStatistics", {}) for point in more}
        return [point | of_moment.get(point["Timestamp"], {}) for point in first]

    def _count_executions(self) -> None:
        states = self._client("stepfunctions")
        for machine in states.list_state_machines()["stateMachines"]:
            arn = machine["stateMachineArn"]
            for page in states.get_paginator("list_executions").paginate(stateMachineArn=arn):
                for execution in page["executions"]:
                    dimension = ("StateMachineArn", arn)
                    self._seen["AWS/States", "ExecutionsStarted", *dimension].append(
                        (execution["startDate"].timestamp(), 1)
                    )
                    if name := STARTS.get(execution["status"]):
                        self._seen["AWS/States", name, *dimension].append(
                            (execution["stopDate"].timestamp(), 1)
                        )
