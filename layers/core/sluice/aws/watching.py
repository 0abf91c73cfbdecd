"""What Amazon SQS and Amazon CloudWatch see of the lanes."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sluice.aws.errors import translated
from sluice.pace.aimd import Signals

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

MINUTE = timedelta(minutes=1)


class AWSWatch:
    """Knows each lane's arrivals queue by URL, its processor by name, and where this stack counts."""

    def __init__(
        self,
        sqs: "SQSClient",
        cloudwatch: Any,
        lanes: Mapping[str, Mapping[str, str]],
        now: Callable[[], datetime],
        namespace: str,
    ) -> None:
        self._sqs = sqs
        self._cloudwatch = cloudwatch
        self._lanes = lanes
        self._now = now
        self._namespace = namespace

    def signals(self, lane: str) -> Signals:
        """
        Return what was seen of a lane; a metric without data is 0.

        Throttles and errors are those of the minute before the last whole one, for Lambda's metrics come up
        to a minute late. Who asks once a minute sees each of them once, and slows a lane down once for it.
        """
        with translated("watch a lane"):
            answer = self._sqs.get_queue_attributes(
                QueueUrl=self._lanes[lane]["arrivals"], AttributeNames=["ApproximateNumberOfMessages"]
            )
            function = {"FunctionName": self._lanes[lane]["processor"]}
            return Signals(
                waiting=int(answer["Attributes"]["ApproximateNumberOfMessages"]),
                oldest=self._metric(
                    self._namespace, "OldestFileAge", {"service": "dispatch", "lane": lane}, "Maximum"
                ),
                throttles=int(self._metric("AWS/Lambda", "Throttles", function, "Sum")),
                errors=int(self._metric("AWS/Lambda", "Errors", function, "Sum")),
            )

    def _metric(self, namespace: str, name: str, dimensions: Mapping[str, str], statistic: Any) -> float:
        now = self._now()
        minute = now.replace(second=0, microsecond=0)
        start, end = (minute - 2 * MINUTE, minute - MINUTE) if statistic == "Sum" else (now - 2 * MINUTE, now)
        answer = self._cloudwatch.get_metric_statistics(
            Namespace=namespace,
            MetricName=name,
            Dimensions=[{"Name": key, "Value": value} for key, value in dimensions.items()],
            Statistics=[statistic],
            Period=60,
            StartTime=start,
            EndTime=end,
        )
        values = [float(point[statistic]) for point in answer["Datapoints"]]
        return (sum if statistic == "Sum" else max)(values or [0.0])
