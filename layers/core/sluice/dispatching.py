"""Use case: turn announced uploads into running executions, each file once, at the pace of its lane."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sluice.arrivals import announced_again
from sluice.intake import RECHECK, Intake
from sluice.moments import SECOND, to_microseconds, to_moment
from sluice.outcomes import Status
from sluice.pace.admitting import Admission
from sluice.pace.launching import FULL_RECHECK, Launcher, Returned, Waiting
from sluice.pace.pacing import Cause, Closed
from sluice.ports.catalogue import Catalogue, Standing
from sluice.ports.journal import Journal
from sluice.ports.queues import Lanes, Message

RESERVE = timedelta(seconds=10)  # on the clock when waiting ends: to claim and start what there is
# A message may be received 1000 times before SQS takes it for poison. One that only had to wait is put again.
RENEWED_AFTER = 500


@dataclass(frozen=True, slots=True)
class Dispatcher:
    """Dispatches the messages of arrivals queues; see `dispatch`."""

    intake: Intake
    catalogue: Catalogue
    admission: Admission
    launcher: Launcher
    lanes: Lanes
    journal: Journal
    now: Callable[[], datetime]

    def dispatch(
        self, messages: Iterable[Message], *, lane: str, time_left: Callable[[], timedelta]
    ) -> list[str]:
        """
        Start executions for the files that *messages* of one lane announce.

        Slots are reserved before files are claimed: neither a crash in between nor a closed lane leaves a
        claim behind. Returns the ids of the messages that must be received again: their lane is closed, their
        file is claimed by somebody else and has no outcome yet, or a service failed us. None harms another.
        """
        again: list[str] = []
        waiting = list(self._taken(messages, lane, again))
        try:
            waiting, ours = self._unclaimed(waiting, lane, again)
            while waiting:
                answer = self.admission.admit(
                    lane, len(waiting), ours=ours, patience=lambda: time_left() - RESERVE
                )
                if isinstance(answer, Closed):
                    self._return(waiting, lane, answer, again)
                    break
                count = len(answer.slots)
                for back in self.launcher.launch(waiting[:count], lane, answer):
                    self._hide(back.waiting, lane, back.at, again)
                waiting, ours = waiting[count:], max(0, ours - count)
        except Exception:  # noqa: BLE001  what was started stays started; the rest comes again
            self.journal.failed("files not dispatched", {"lane": lane, "files": len(waiting)})
            again += [each.message.message_id for each in waiting]
        return again

    def _taken(self, messages: Iterable[Message], lane: str, again: list[str]) -> Iterator[Waiting]:
        for message in messages:
            taken = self.intake.take(message, lane, again)
            if isinstance(taken, Returned):
                self._hide(taken.waiting, lane, taken.at, again)
            elif taken:
                yield taken

    def _unclaimed(
        self, waiting: Sequence[Waiting], lane: str, again: list[str]
    ) -> tuple[list[Waiting], int]:
        """Return the files that can be claimed, first those that the lane counts already, and how many."""
        if waiting:
            oldest = min(_announced_at(each) for each in waiting)
            self.journal.measured("OldestFileAge", (self.now() - oldest).total_seconds(), lane=lane)
        standing = dict(self.catalogue.standing([each.file for each in waiting])) if waiting else {}
        free: dict[str, Waiting] = {}
        ours: list[Waiting] = []
        for each in waiting:
            known = standing.get(each.file.file_id)
            if each.file.file_id in free or (known and self._is_held(known, each.message)):
                self._hide(each, lane, known.claimed_until if known else self._in(RECHECK), again)
            elif not known or not known.finished:
                free[each.file.file_id] = each
                ours += [each] if known and known.claimed_until > self.now() else []
        return ours + [each for each in free.values() if each not in ours], len(ours)

    def _is_held(self, known: Standing, message: Message) -> bool:
        if known.finished or known.claimed_until <= self.now():
            return False
        return known.status is not Status.CLAIMED or known.message_id != message.message_id

    def _return(self, waiting: Sequence[Waiting], lane: str, closed: Closed, again: list[str]) -> None:
        """Leave files in the queue until their lane opens."""
        until = to_moment(closed.until)
        at = {Cause.PAUSED: self._in(RECHECK), Cause.IN_FLIGHT: self.now() + FULL_RECHECK}.get(
            closed.cause, until
        )
        self.journal.noted("lane closed", {"lane": lane, "cause": closed.cause, "files": len(waiting)})
        for each in waiting:
            self._hide(each, lane, at, again)

    def _hide(self, one: Waiting, lane: str, at: datetime | None, again: list[str]) -> None:
        """Have the message received again at a moment, as a new one if it was received too often."""
        microseconds = to_microseconds(at or self._in(RECHECK)) - to_microseconds(self.now())
        seconds = min(max(1, -(-microseconds // SECOND)), RECHECK)
        try:
            if one.message.receives >= RENEWED_AFTER:
                self.lanes.forward(one.message, lane=lane, seconds=seconds)
                return
            if at:
                self.lanes.hide(one.message, lane=lane, seconds=seconds)
        except Exception:  # noqa: BLE001  it then comes again after the queue's own visibility timeout
            self.journal.failed("message not hidden", {"message_id": one.message.message_id})
        again.append(one.message.message_id)

    def _in(self, seconds: int) -> datetime:
        return self.now() + timedelta(seconds=seconds)


def _announced_at(one: Waiting) -> datetime:
    """Return since when the file waits: one that is replayed or swept may have been uploaded years ago."""
    return announced_again(one.message.body) or one.file.uploaded_at
