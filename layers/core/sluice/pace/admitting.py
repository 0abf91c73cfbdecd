"""Use case: admit files of a lane to processing, at its rate and up to its number in flight."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sluice.batches import Task
from sluice.moments import to_microseconds
from sluice.pace.pacing import Cause, Closed, LaneState, Pace
from sluice.pace.ports import LaneStates
from sluice.pace.reserving import Reserver
from sluice.ports.catalogue import Catalogue

LOOK_AGAIN = timedelta(seconds=0.5)  # while the lane is full, for nobody tells us of an outcome
LONGEST_SLEEP = timedelta(seconds=2)  # after which a change of the lane's pace is seen


@dataclass(frozen=True, slots=True)
class Admitted:
    """Slots for as many files, under the pace that was in force."""

    slots: tuple[int, ...]
    pace: Pace


@dataclass(frozen=True, slots=True)
class Admission:
    """Decides how many files may be started now; see `admit`."""

    states: LaneStates
    reserver: Reserver
    catalogue: Catalogue
    now: Callable[[], datetime]
    sleep: Callable[[float], None]

    def admit(
        self, lane: str, wanted: int, *, ours: int = 0, patience: Callable[[], timedelta]
    ) -> Admitted | Closed:
        """
        Reserve slots for up to *wanted* files, *ours* of which the lane counts as unfinished already.

        Waits until as many can be admitted as make a full batch; when *patience* is at its end, takes what
        there is, or returns until when the lane is closed and why. Nothing is held that must be given back.
        """
        while True:
            left = patience()
            answer = self._try(lane, wanted, ours, at_once=left <= timedelta(0))
            if isinstance(answer, Admitted) or left <= timedelta(0):
                return answer
            opens_in = timedelta(microseconds=answer.until - to_microseconds(self.now()))
            self.sleep(max(min(opens_in, left, LONGEST_SLEEP), timedelta(milliseconds=5)).total_seconds())

    def surplus(self, lane: str, tasks: Iterable[Task]) -> list[Task]:
        """
        Return those of the claimed *tasks* that the lane has no room for.

        Dispatchers that counted at the same moment admit too many. Each counts again after it has claimed:
        the last one sees all others, but for what the index does not show yet.
        """
        claimed = list(tasks)
        unfinished = self.catalogue.unfinished(lane, at=self.now()) | {task.file.file_id for task in claimed}
        most = self.states.read(lane).pace.max_in_flight
        return claimed[max(0, len(claimed) - max(0, len(unfinished) - most)) :]

    def _try(self, lane: str, wanted: int, ours: int, *, at_once: bool) -> Admitted | Closed:
        state = self.states.read(lane)
        if state.pace.paused:
            return Closed(self._after(LONGEST_SLEEP), Cause.PAUSED)
        free = self._free(state) + ours
        full_batch = min(
            wanted, max(1, state.pace.max_in_flight // 4)
        )  # a lane that is full frees file by file
        if free < (1 if at_once else full_batch):
            return Closed(self._after(LOOK_AGAIN), Cause.IN_FLIGHT)
        count = min(wanted, free)
        slots = self.reserver.reserve(lane, count, least=1 if at_once else count)
        return slots if isinstance(slots, Closed) else Admitted(slots, state.pace)

    def _free(self, state: LaneState) -> int:
        return state.pace.max_in_flight - len(self.catalogue.unfinished(state.lane, at=self.now()))

    def _after(self, time: timedelta) -> int:
        return to_microseconds(self.now()) + time // timedelta(microseconds=1)
