"""Use case: turn announced uploads into running executions, each file once."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sluice.arrivals import Unreadable, read_arrival
from sluice.batches import Batch, Task, group
from sluice.files import File
from sluice.outcomes import Outcome, Status
from sluice.ports import Catalogue, Claimed, Executions, Held, Journal, Lanes, Message
from sluice.routing import Route, Router, Unroutable
from sluice.rules import Rule

RECHECK = 30  # seconds after which a duplicate of an unfinished file is looked at again


@dataclass(frozen=True, slots=True)
class Dispatcher:
    """Dispatches the messages of arrivals queues; see `dispatch`."""

    inbox: str
    router: Router
    lease: timedelta
    """How long a claim is ours before a processor must have begun the file."""
    catalogue: Catalogue
    lanes: Lanes
    executions: Executions
    journal: Journal
    now: Callable[[], datetime]

    def dispatch(self, messages: Iterable[Message], *, lane: str) -> list[str]:
        """
        Start executions for the files that *messages* of one lane announce.

        Returns the ids of the messages that must be received again: their file is claimed by
        somebody else and has no outcome yet, or a service failed us. No message harms another.
        """
        claimed: dict[str, list[tuple[Message, Task]]] = {}
        again: list[str] = []
        for message in messages:
            try:
                taken = self._take(message, lane)
            except Exception:  # noqa: BLE001  one message must not lose the others of its receive
                self.journal.failed("message not dispatched", {"message_id": message.message_id})
                again.append(message.message_id)
                continue
            if isinstance(taken, Held):
                self._hide(message, lane, taken)
                again.append(message.message_id)
            elif taken is not None:
                processor, task = taken
                claimed.setdefault(processor, []).append((message, task))
        for processor, pairs in claimed.items():
            again += self._start(processor, pairs)
        return again

    def _take(self, message: Message, lane: str) -> tuple[str, Task] | Held | None:
        """Claim the file of *message*; None where nothing is left to do for it."""
        file = read_arrival(message.body, inbox=self.inbox)
        if isinstance(file, Unreadable):
            self._bury(message, lane, file.reason)
            return None
        route = self.router.route(file)
        if isinstance(route, Unroutable):
            self._bury(message, lane, route.reason)
            return None
        if route.rule.processor and route.rule.lane != lane:
            self.lanes.forward(message, lane=route.rule.lane)
            return None
        return self._claim(file, route)

    def _bury(self, message: Message, lane: str, reason: str) -> None:
        self.lanes.bury(message, lane=lane, reason=reason)
        self.journal.noted("message buried", {"message_id": message.message_id, "reason": reason})

    def _claim(self, file: File, route: Route) -> tuple[str, Task] | Held | None:
        rule = route.rule
        claim = self.catalogue.claim(
            file, processor=rule.processor or "", lane=rule.lane, until=self.now() + self.lease
        )
        if isinstance(claim, Held):
            return claim
        if not isinstance(claim, Claimed):
            return None
        task = Task(file, claim.attempt, rule.reference, route.contract)
        if rule.processor is None:
            self._skip(task, rule)
            return None
        return rule.processor, task

    def _skip(self, task: Task, rule: Rule) -> None:
        outcome = Outcome(Status.SKIPPED, error_message=rule.reason)
        self.journal.began(task.file)
        self.catalogue.begin(task, until=self.now() + self.lease)
        self.catalogue.record(task, outcome, at=self.now())
        self.journal.ended(task.file, outcome)

    def _start(self, processor: str, pairs: Sequence[tuple[Message, Task]]) -> list[str]:
        message_of = {task: message for message, task in pairs}
        again: list[str] = []
        for batch in group(processor, message_of):
            try:
                self.executions.start(batch)
            except Exception:  # noqa: BLE001  the other batches must start; these messages come again
                self.journal.failed("execution not started", {"execution": batch.execution_name})
                self._release(batch)
                again += [message_of[task].message_id for task in batch.tasks]
            else:
                self.journal.noted("execution started", _describe(batch))
        return again

    def _release(self, batch: Batch) -> None:
        for task in batch.tasks:
            try:
                self.catalogue.release(task)
            except Exception:  # noqa: BLE001  an unreleased claim expires by itself
                self.journal.failed("claim not released", {"file_id": task.file.file_id})

    def _hide(self, message: Message, lane: str, held: Held) -> None:
        seconds = round((held.until - self.now()).total_seconds())
        try:
            self.lanes.hide(message, lane=lane, seconds=min(max(1, seconds), RECHECK))
        except Exception:  # noqa: BLE001  it then comes again after the queue's own visibility timeout
            self.journal.failed("message not hidden", {"message_id": message.message_id})


def _describe(batch: Batch) -> dict[str, object]:
    files = {task.file.file_id: task.file.correlation_id for task in batch.tasks}
    return {"execution": batch.execution_name, "processor": batch.processor, "files": files}
