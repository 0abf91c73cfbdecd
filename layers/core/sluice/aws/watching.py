"""What Amazon SQS and Amazon CloudWatch see of the lanes."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sluice.aws.errors import translated
from sluice.pace.aimd import Signals

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

LATELY = timedelta(minutes=2)  # metrics come a minute late


class AWSWatch:
    """Knows each lane's arrivals queue by URL, and its processor by name."""

    def __init__(self, sqs: "SQSClient", cloudwatch: Any, lanes: Mapping[str, Mapping[str, str]]) -> None:
        self._sqs = sqs
        self._cloudwatch = cloudwatch
        self._lanes = lanes

    def signals(self, lane: str) -> Signals:
        """Return what was seen in the last two minutes; a metric without data is 0."""
        with translated("watch a lane"):
            answer = self._sqs.get_queue_attributes(
                QueueUrl=self._lanes[lane]["arrivals"], AttributeNames=["ApproximateNumberOfMessages"]
            )
            function = {"FunctionName": self._lanes[lane]["processor"]}
            return Signals(
                waiting=int(answer["Attributes"]["ApproximateNumberOfMessages"]),
                oldest=self._metric(
                    "Sluice", "OldestFileAge", {"service": "dispatch", "lane": lane}, "Maximum"
                ),
                throttles=int(self._metric("AWS/Lambda", "Throttles", function, "Sum")),
                errors=int(self._metric("AWS/Lambda", "Errors", function, "Sum")),
            )

    def _metric(self, namespace: str, name: str, dimensions: Mapping[str, str], statistic: Any) -> float:
        now = datetime.now(UTC)
        answer = self._cloudwatch.get_metric_statistics(
            Namespace=namespace,
            MetricName=name,
            Dimensions=[{"Name": key, "Value": value} for key, value in dimensions.items()],
            Statistics=[statistic],
            Period=60,
            StartTime=now - LATELY,
            EndTime=now,
        )
        values = [float(point[statistic]) for point in answer["Datapoints"]]
        return (sum if statistic == "Sum" else max)(values or [0.0])
