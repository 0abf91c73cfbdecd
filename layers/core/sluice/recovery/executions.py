"""Read how Step Functions tells that an execution has ended."""

import json
from dataclasses import dataclass

from sluice.arrivals import Unreadable, read_object
from sluice.batches import Batch

STATUS_CHANGE = "Step Functions Execution Status Change"
UNCAUGHT = frozenset({"ABORTED", "FAILED", "TIMED_OUT"})


@dataclass(frozen=True, slots=True)
class EndedExecution:
    """An execution that ended before its state machine could record what became of its files."""

    name: str
    status: str
    """One of UNCAUGHT."""
    batch: Batch

    @property
    def is_failure(self) -> bool:
        """Tell a failure from an execution that somebody stopped: only failures count against a file."""
        return self.status != "ABORTED"


def read_ended_execution(body: str) -> EndedExecution | Unreadable:
    """
    Return the execution that an EventBridge event from Step Functions tells of.

    The event holds the input of the execution up to 248 KiB, four times what a batch may take.
    Source: AWS Step Functions developer guide, "Automating Step Functions event delivery".
    """
    event = read_object(body)
    if isinstance(event, Unreadable):
        return event
    if event.get("detail-type") != STATUS_CHANGE:
        return Unreadable(f"the message is not an event of type {STATUS_CHANGE!r}")
    try:
        detail = event["detail"]
        if detail["status"] not in UNCAUGHT:
            return Unreadable(f"the execution is {detail['status']}, so nothing is left to free")
        return EndedExecution(detail["name"], detail["status"], Batch.from_json(json.loads(detail["input"])))
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError) as error:
        return Unreadable(f"the event has another shape than expected: {error!r}")
