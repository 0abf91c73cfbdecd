"""Use case: keep the files of a batch to their slots, and reserve others for those that missed them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

from sluice.batches import MAX_WAIT, Batch, Task
from sluice.moments import to_microseconds, to_moment
from sluice.pace.pacing import Cause, Closed
from sluice.pace.ports import LaneStates
from sluice.pace.reserving import UNDERWAY_REACH, Reserver
from sluice.ports.catalogue import Catalogue

PAUSED_RECHECK = timedelta(minutes=5)  # an execution that waits has 25,000 events; so it can for two weeks
LEASE = timedelta(seconds=960)  # after its slot: the 900 s that others of the batch may take, and a minute


@dataclass(frozen=True, slots=True)
class Rest:
    """What is left of a batch while it is processed."""

    tasks: tuple[Task, ...]
    begun: bool = False
    """Whether a file was begun in this invocation."""
    closed_until: int | None = None
    """The lane gives no slot before then; to wait for one here would keep others from theirs."""

    def without_slot(self) -> Self:
        """Return the rest with its first file in need of a slot."""
        return replace(self, tasks=(replace(self.tasks[0], slot=None), *self.tasks[1:]))

    def after_first(self, *, begun: bool) -> Self:
        """Return the rest without its first file."""
        return replace(self, tasks=self.tasks[1:], begun=self.begun or begun)


@dataclass(frozen=True, slots=True)
class SlotKeeper:
    """Knows who may begin; see `current`."""

    states: LaneStates
    reserver: Reserver
    catalogue: Catalogue
    lateness: timedelta
    """J: a file that would begin later than this after its slot needs another one."""
    now: Callable[[], datetime]
    sleep: Callable[[float], None]

    def current(self, rest: Rest, lane: str) -> Rest:
        """
        Return *rest* with a slot for its first file that is neither spent nor past by more than J.

        Where one is reserved, the files behind get theirs in the same write, for they are as late; what has
        its outcome by now, or another claim, is dropped first. A batch without lane is of a release without
        pace and stays as it is.
        """
        task = rest.tasks[0]
        if not lane or not (task.slot is None or self.is_late(task)):
            return rest
        standing = self.catalogue.standing([each.file for each in rest.tasks])
        ours = [
            each
            for each in rest.tasks
            if (known := standing.get(each.file.file_id))
            and not known.finished
            and known.attempt == each.attempt
        ]
        if not ours:
            return replace(rest, tasks=())
        slots = self.reserver.reserve(lane, len(ours), reach=UNDERWAY_REACH)
        if isinstance(slots, Closed):
            paused = to_microseconds(self.now() + PAUSED_RECHECK)
            until = paused if slots.cause is Cause.PAUSED else slots.until
            return replace(rest, tasks=tuple(replace(each, slot=None) for each in ours), closed_until=until)
        given = [max(slot, standing[each.file.file_id].spent_slot + 1) for each, slot in zip(ours, slots)]  # noqa: B905  the lane may give fewer
        padded = [*given, *[None] * (len(ours) - len(given))]
        return replace(
            rest,
            tasks=tuple(replace(each, slot=slot) for each, slot in zip(ours, padded, strict=True)),
        )

    def ahead(self, rest: Rest) -> int:
        """Return the microseconds until the first file may begin; negative if it is late."""
        due = rest.tasks[0].slot
        return 0 if due is None else due - to_microseconds(self.now())

    def wait(self, rest: Rest) -> None:
        """Wait for the first file's slot."""
        while (ahead := self.ahead(rest)) > 0:
            self.sleep(ahead / 1_000_000)

    def is_late(self, task: Task) -> bool:
        """Tell whether the file's slot is past by more than J."""
        return task.slot is not None and self.now() - to_moment(task.slot) > self.lateness

    def overloaded(self, lane: str) -> None:
        """Note that what is behind the lane's processors is overloaded."""
        if lane:
            self.states.overloaded(lane)

    def later(self, batch: Batch, rest: Rest) -> Batch:
        """
        Return the batch of what is left, its claims kept until it is due.

        The state machine has waited for the batch's slot by its own clock. Where ours says that it is to
        come, the batch comes back a little later than that, and not at once and over and over.
        """
        now = self.now()
        due = rest.closed_until or next((each.slot for each in rest.tasks), None)
        until = max(now, to_moment(due or 0)) + LEASE
        kept = tuple(task for task in rest.tasks if self.catalogue.renew(task, until=until))
        if due and batch.slot and to_microseconds(now) < due <= batch.slot:
            due = batch.slot + MAX_WAIT
        return Batch(batch.processor, kept, batch.lane, due if kept else None)
