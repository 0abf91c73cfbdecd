"""Dispatch alone, against adapters in memory: what its own code costs."""

import json
import time
from datetime import timedelta

from sluice.batches import Batch
from sluice.outcomes import Outcome, Status
from sluice.ports.queues import Message
from tests.fakes import FakeCatalogue, FakeClock, FakeExecutions, FakeJournal, FakeLanes, a_dispatcher

FILES = 20_000
RECEIVED_AT_ONCE = 10
MINUTE = timedelta(minutes=1)


class EndingExecutions(FakeExecutions):
    """Executions whose files have their outcome at once, so that no lane fills up."""

    def __init__(self, catalogue: FakeCatalogue) -> None:
        super().__init__()
        self._catalogue = catalogue

    def start(self, batch: Batch) -> None:
        """Start it, and record an outcome for each of its files."""
        super().start(batch)
        for task in batch.tasks:
            self._catalogue.record(task, Outcome(Status.SUCCESS), at=self._catalogue.now())


def figures() -> dict[str, float]:
    """Return files per second of processor time through the use case `dispatch`."""
    messages = [_message(number) for number in range(FILES)]
    clock = FakeClock()
    catalogue = FakeCatalogue(clock)
    executions = EndingExecutions(catalogue)
    dispatcher = a_dispatcher(clock, catalogue, FakeLanes(), executions, FakeJournal())
    started = time.process_time()
    for first in range(0, FILES, RECEIVED_AT_ONCE):
        received = messages[first : first + RECEIVED_AT_ONCE]
        again = dispatcher.dispatch(received, lane="csv", time_left=lambda: MINUTE)
        assert not again, "nothing is in the way of a file here"
    took = time.process_time() - started
    assert len(executions.keys) == FILES, "every file is in an execution"
    return {"dispatch_files_per_second": FILES / took}


def _message(number: int) -> Message:
    body = {
        "id": f"arrival-{number}",
        "source": "aws.s3",
        "detail-type": "Object Created",
        "time": "2026-03-02T09:00:00Z",
        "detail": {
            "bucket": {"name": "inbox"},
            "object": {
                "key": f"in/{number}.csv",
                "size": 100,
                "etag": "e",
                "version-id": "v",
                "sequencer": "0A",
            },
        },
    }
    return Message(f"m{number}", "receipt", json.dumps(body))
