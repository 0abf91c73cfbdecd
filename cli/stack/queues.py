"""The queues of a stack, and how old what waits in them is."""

from datetime import timedelta

from cli.stack.address import as_sentences, utc_now
from cli.stack.deployed import DeployedStack

WAITING = "ApproximateNumberOfMessages"
IN_FLIGHT = "ApproximateNumberOfMessagesNotVisible"
FAILED_FILES = "FailedFilesQueueUrl"


class Queues(DeployedStack):
    """Tells how many messages wait."""

    def kept(self) -> dict[str, int]:
        """Return how many dead letters and failed files there are, by the outputs that are their queues."""
        kept = [name for name in self.outputs if name.endswith("DeadLettersUrl") or name == FAILED_FILES]
        return {name: sum(self._depth(self.outputs[name])) for name in kept}

    def _backlog(self, lane: str) -> int:
        return sum(self._depth(self.outputs[f"{lane.capitalize()}ArrivalsQueueUrl"]))

    def _age_of_the_oldest(self, lane: str) -> float | None:
        """Return what `dispatch` measured in the last five minutes; None where it received nothing."""
        now = utc_now()
        answer = self._address.client("cloudwatch").get_metric_statistics(
            Namespace=f"Sluice/{self._address.stack_name}", MetricName="OldestFileAge",
            Period=60, Statistics=["Maximum"],
            Dimensions=[{"Name": "service", "Value": "dispatch"}, {"Name": "lane", "Value": lane}],
            StartTime=now - timedelta(minutes=5), EndTime=now,
        )  # fmt: skip
        points = sorted(answer["Datapoints"], key=lambda point: point["Timestamp"])
        return float(points[-1]["Maximum"]) if points else None

    def _depth(self, url: str) -> tuple[int, int]:
        with as_sentences(self._address):
            answer = self._sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[WAITING, IN_FLIGHT])
        return int(answer["Attributes"][WAITING]), int(answer["Attributes"][IN_FLIGHT])
