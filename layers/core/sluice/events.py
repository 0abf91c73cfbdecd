"""Read the events that AWS invokes functions with; anything of another shape is refused by name."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sluice.announcing.announcements import Announcement
from sluice.batches import Batch
from sluice.errors import UnexpectedEventError
from sluice.ports.queues import Message
from sluice.release.requests import ByHand, Hook, StackChange


def read_messages(event: Mapping[str, Any]) -> list[tuple[str, Message]]:
    """Return pairs of queue ARN and message from an SQS event."""
    try:
        return [(record["eventSourceARN"], _message(record)) for record in event["Records"]]
    except (KeyError, TypeError) as error:
        raise UnexpectedEventError(f"this is not an event of an SQS queue: {error!r}") from error


def _message(record: Mapping[str, Any]) -> Message:
    receives = int(record.get("attributes", {}).get("ApproximateReceiveCount", 1))
    return Message(record["messageId"], record["receiptHandle"], record["body"], receives)


def read_batch(event: Mapping[str, Any]) -> Batch:
    """Return the batch that a state machine passes."""
    try:
        return Batch.from_json(event)
    except (KeyError, TypeError, ValueError) as error:
        raise UnexpectedEventError(f"this is not a batch of files: {error!r}") from error


def read_announcements(event: Mapping[str, Any]) -> list[tuple[str, Announcement]]:
    """
    Return pairs of sequence number and announcement from the catalogue's stream.

    Files of release checks have outcomes too, of which nobody is told.
    """
    try:
        records = [record["dynamodb"] for record in event["Records"]]
        return [
            (record["SequenceNumber"], Announcement.from_image(record["NewImage"]))
            for record in records
            if "unannounced" in (image := record.get("NewImage", {})) and "release_check" not in image
        ]
    except (KeyError, TypeError) as error:
        raise UnexpectedEventError(f"this is not an event of the catalogue's stream: {error!r}") from error


def read_scheduled_time(event: Mapping[str, Any]) -> datetime:
    """Return when a schedule of EventBridge was due."""
    try:
        return datetime.fromisoformat(event["time"])
    except (KeyError, TypeError, ValueError) as error:
        raise UnexpectedEventError(f"this is not an event of a schedule: {error!r}") from error


def read_request(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return the request that an HTTP API passes (payload format 2.0)."""
    try:
        event["requestContext"]["http"]["method"], event["requestContext"]["requestId"], event["rawPath"]
    except (KeyError, TypeError) as error:
        raise UnexpectedEventError(f"this is not a request of an HTTP API: {error!r}") from error
    return dict(event)


def read_release_check(event: Mapping[str, Any]) -> Hook | StackChange | ByHand:
    """Return what CodeDeploy, CloudFormation or a person wants to have checked."""
    try:
        if "DeploymentId" in event:
            return Hook(event["DeploymentId"], event["LifecycleEventHookExecutionId"])
        if "ResponseURL" in event:
            wanted = event["ResourceProperties"]
            removes = event["RequestType"] == "Delete"
            return StackChange(wanted["StateMachine"], wanted["Version"], removes, event)
        if "machine" in event:
            return ByHand(machine=event["machine"], version=event["version"])
        return ByHand(function=event["function"], version=str(event["version"]))
    except (KeyError, TypeError) as error:
        raise UnexpectedEventError(f"this is no release check: {error!r}") from error


def time_left(context: Any) -> Callable[[], timedelta]:
    """Return what tells how much time an invocation still has, by the context that Lambda gave it."""
    return lambda: timedelta(milliseconds=context.get_remaining_time_in_millis())
