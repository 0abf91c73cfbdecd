"""
Evaluates alarms as CloudWatch does, which the emulator does not: it passes over dimensions and missing data.

An alarm looks at its newest N periods and fires when M of them breach. A period without data counts as the
alarm says. Here a datapoint counts as soon as it is there, and its period before it is over.
Source: Amazon CloudWatch user guide, "Evaluating an alarm", "Configuring how CloudWatch alarms treat missing
data".
"""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, Self

State = Literal["ALARM", "OK", "INSUFFICIENT_DATA"]

COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "GreaterThanThreshold": operator.gt,
    "GreaterThanOrEqualToThreshold": operator.ge,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}
MISSING: Mapping[str, bool | None] = {"breaching": True, "notBreaching": False, "missing": None}


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alarm on one metric."""

    name: str
    namespace: str
    metric: str
    dimensions: Mapping[str, str]
    statistic: str
    """`Sum`, or a percentile such as `p99`."""
    period: int
    """Seconds."""
    evaluation_periods: int
    datapoints_to_alarm: int
    threshold: float
    comparison: str
    missing: str

    @classmethod
    def from_description(cls, alarm: Mapping[str, Any]) -> Self:
        """Read what DescribeAlarms says of a deployed alarm; raise KeyError for one on a formula."""
        return cls(
            name=alarm["AlarmName"],
            namespace=alarm["Namespace"],
            metric=alarm["MetricName"],
            dimensions={each["Name"]: each["Value"] for each in alarm["Dimensions"]},
            statistic=alarm.get("ExtendedStatistic") or alarm["Statistic"],
            period=int(alarm["Period"]),
            evaluation_periods=int(alarm["EvaluationPeriods"]),
            datapoints_to_alarm=int(alarm.get("DatapointsToAlarm") or alarm["EvaluationPeriods"]),
            threshold=float(alarm["Threshold"]),
            comparison=alarm["ComparisonOperator"],
            missing=alarm.get("TreatMissingData") or "missing",
        )

    def state(self, values: Mapping[int, float], now: float) -> State:
        """Return the state, given the statistic by the second since the epoch at which each period began."""
        newest = int(now // self.period) * self.period
        periods = [newest - each * self.period for each in range(self.evaluation_periods)]
        judged = [self._breaches(values.get(period)) for period in periods]
        if judged.count(True) >= self.datapoints_to_alarm:
            return "ALARM"
        return "INSUFFICIENT_DATA" if all(each is None for each in judged) else "OK"

    def _breaches(self, value: float | None) -> bool | None:
        if value is None:
            return MISSING[self.missing]
        return COMPARISONS[self.comparison](value, self.threshold)

    def __str__(self) -> str:
        dimensions = ", ".join(f"{name}={value}" for name, value in self.dimensions.items())
        rule = f"{self.datapoints_to_alarm} of {self.evaluation_periods} periods of {self.period} s"
        what = f"{self.statistic} of {self.namespace} {self.metric} ({dimensions})"
        return f"{what} {self.comparison} {self.threshold:g}, {rule}, missing data {self.missing}"


def values_of(alarm: Alarm, cloudwatch: Any, now: float) -> dict[int, float]:
    """Return the alarm's statistic of each period that it looks at, as CloudWatch has it."""
    began = int(now // alarm.period) * alarm.period - alarm.period * (alarm.evaluation_periods - 1)
    dimensions = [{"Name": name, "Value": value} for name, value in alarm.dimensions.items()]
    metric = {"Namespace": alarm.namespace, "MetricName": alarm.metric, "Dimensions": dimensions}
    [result] = cloudwatch.get_metric_data(
        MetricDataQueries=[
            {
                "Id": "watched",
                "MetricStat": {"Metric": metric, "Period": alarm.period, "Stat": alarm.statistic},
            }
        ],
        StartTime=datetime.fromtimestamp(began, UTC),
        EndTime=datetime.fromtimestamp(now + alarm.period, UTC),
    )["MetricDataResults"]
    pairs = zip(result["Timestamps"], result["Values"], strict=True)
    return {int(at.timestamp()): value for at, value in pairs}
