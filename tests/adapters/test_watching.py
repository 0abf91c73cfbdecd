"""What tune_pace sees of a lane in Amazon SQS and Amazon CloudWatch."""

from datetime import UTC, datetime, timedelta

import boto3
import pytest
from moto import mock_aws

from sluice.aws.watching import AWSWatch
from sluice.pace.aimd import Signals

NOW = datetime.now(UTC).replace(second=30, microsecond=0)
FUNCTION = {"FunctionName": "profile-csv"}
OURS = "Sluice/sluice-production"


@pytest.fixture
def lane():
    """A watch over the lane `csv`, at a moment that a test may choose."""
    with mock_aws():
        yield Lane()


class Lane:
    def __init__(self):
        self.sqs, self.cloudwatch = boto3.client("sqs"), boto3.client("cloudwatch")
        self.queue = self.sqs.create_queue(QueueName="csv")["QueueUrl"]
        self.now = NOW
        lanes = {"csv": {"arrivals": self.queue, "processor": "profile-csv"}}
        self.watch = AWSWatch(self.sqs, self.cloudwatch, lanes, lambda: self.now, OURS)

    def measure(self, name, value, *, ago, dimensions=FUNCTION, namespace="AWS/Lambda"):
        named = [{"Name": key, "Value": text} for key, text in dimensions.items()]
        data = {"MetricName": name, "Dimensions": named, "Timestamp": NOW - ago, "Value": value}
        self.cloudwatch.put_metric_data(Namespace=namespace, MetricData=[data])

    def signals(self, *, after=0):
        self.now = NOW + timedelta(minutes=after)
        return self.watch.signals("csv")


def test_a_lane_of_which_nothing_is_measured_is_quiet(lane):
    assert lane.signals() == Signals()


def test_messages_that_wait_and_the_age_of_the_oldest_are_a_backlog(lane):
    lane.sqs.send_message(QueueUrl=lane.queue, MessageBody="{}")
    about = {"service": "dispatch", "lane": "csv"}
    for age, ago in ((70, 20), (90, 40), (999, 600)):
        lane.measure("OldestFileAge", age, ago=timedelta(seconds=ago), dimensions=about, namespace=OURS)

    assert lane.signals() == Signals(waiting=1, oldest=90)


@pytest.mark.parametrize(("metric", "signal"), [("Throttles", "throttles"), ("Errors", "errors")])
@pytest.mark.parametrize("ago", [0, 29, 30, 31, 59, 89])
def test_who_looks_once_a_minute_sees_each_throttle_and_error_once(lane, metric, signal, ago):
    """At whatever second of its minute: seen twice, it would slow its lane down twice."""
    lane.measure(metric, 3, ago=timedelta(seconds=ago))

    seen = [getattr(lane.signals(after=minute), signal) for minute in range(-3, 6)]
    assert sorted(seen) == [0] * 8 + [3]


def test_the_oldest_file_of_another_stack_is_none_of_the_lane(lane):
    """Else a backlog in staging would speed up production's lane in the same account."""
    about = {"service": "dispatch", "lane": "csv"}
    ago = timedelta(seconds=20)
    lane.measure("OldestFileAge", 7_000, ago=ago, dimensions=about, namespace="Sluice/sluice-staging")

    assert lane.signals() == Signals()


def test_the_errors_of_another_function_are_none_of_the_lane(lane):
    lane.measure("Errors", 3, ago=timedelta(seconds=90), dimensions={"FunctionName": "other"})

    assert lane.signals() == Signals()
