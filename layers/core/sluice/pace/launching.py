"""Use case: claim files that were admitted, and start executions for them in batches."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sluice.batches import Batch, Task, group
from sluice.files import File
from sluice.moments import to_moment
from sluice.pace.admitting import Admission, Admitted
from sluice.pace.ports import Executions
from sluice.ports.catalogue import Catalogue, Claimed, Held, Settled
from sluice.ports.journal import Journal
from sluice.ports.queues import Message
from sluice.rules.routing import Route

FULL_RECHECK = timedelta(seconds=5)  # where the lane is full


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file that is to be processed, and the message that announces it."""

    message: Message
    file: File
    route: Route


@dataclass(frozen=True, slots=True)
class Returned:
    """A file whose message must be received again: at a moment, or after the queue's visibility timeout."""

    waiting: Waiting
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Launcher:
    """Starts what was admitted; see `launch`."""

    lease: timedelta
    """How long after its slot a claim is ours before a processor must have begun the file."""
    catalogue: Catalogue
    admission: Admission
    executions: Executions
    journal: Journal
    now: Callable[[], datetime]

    def launch(self, admitted: Sequence[Waiting], lane: str, answer: Admitted) -> list[Returned]:
        """
        Claim each file in its slot, and start them in batches of one processor.

        Slots come first and claims second, so that a crash in between holds no claim. Returns what did not
        start; a claim that cannot be released expires, or is taken over by the message it was made for.
        """
        claimed: dict[Task, Waiting] = {}
        back: list[Returned] = []
        for one, slot in zip(admitted, answer.slots, strict=True):
            try:
                claim = self.claim(one, slot)
            except Exception:  # noqa: BLE001  the others go on
                self.journal.failed("file not claimed", {"file_id": one.file.file_id})
                back.append(Returned(one))
                continue
            if isinstance(claim, Claimed):
                rule = one.route.rule.reference
                claimed[Task(one.file, claim.attempt, rule, one.route.contract, slot)] = one
            elif isinstance(claim, Held):
                back.append(Returned(one, claim.until))
        for task in self._surplus(lane, claimed):
            self._release(task)
            back.append(Returned(claimed.pop(task), self.now() + FULL_RECHECK))
        for batch in _batches(claimed, lane, 1 if answer.pace.strict else answer.pace.burst):
            if not self._started(batch):
                back += [Returned(claimed[task]) for task in batch.tasks]
        return back

    def claim(self, one: Waiting, slot: int | None) -> Claimed | Held | Settled:
        """Claim a file for its processor."""
        rule = one.route.rule
        until = (self.now() if slot is None else to_moment(slot)) + self.lease
        return self.catalogue.claim(
            one.file, processor=rule.processor or "", lane=rule.lane, until=until,
            message_id=one.message.message_id, slot=slot, rule=rule,
        )  # fmt: skip

    def _surplus(self, lane: str, claimed: dict[Task, Waiting]) -> list[Task]:
        """Return what others that counted at the same moment leave no room for; all, if unknown."""
        try:
            return self.admission.surplus(lane, claimed) if claimed else []
        except Exception:  # noqa: BLE001  claimed and neither started nor returned, a file would be lost
            self.journal.failed("claims not counted", {"lane": lane})
            return list(claimed)

    def _started(self, batch: Batch) -> bool:
        try:
            self.executions.start(batch)
        except Exception:  # noqa: BLE001  the other batches must start
            self.journal.failed("execution not started", {"execution": batch.execution_name})
            for task in batch.tasks:
                self._release(task)
            return False
        self.journal.noted("execution started", _describe(batch))
        return True

    def _release(self, task: Task) -> None:
        try:
            self.catalogue.release(task)
        except Exception:  # noqa: BLE001  an unreleased claim expires by itself
            self.journal.failed("claim not released", {"file_id": task.file.file_id})


def _batches(claimed: dict[Task, Waiting], lane: str, most: int) -> list[Batch]:
    by_processor: dict[str, list[Task]] = {}
    for task, one in claimed.items():
        by_processor.setdefault(one.route.rule.processor or "", []).append(task)
    return [
        batch
        for processor, tasks in by_processor.items()
        for batch in group(processor, tasks, lane=lane, most=most)
    ]


def _describe(batch: Batch) -> dict[str, object]:
    files = {task.file.file_id: task.file.correlation_id for task in batch.tasks}
    return {"execution": batch.execution_name, "processor": batch.processor, "files": files}
