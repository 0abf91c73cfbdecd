"""Use case: turn announced uploads into running executions, each file once, at the pace of its lane."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sluice.arrivals import Unreadable, read_arrival
from sluice.batches import Task
from sluice.malware.gate import Condemned, Gate, Withheld
from sluice.moments import SECOND, to_microseconds, to_moment
from sluice.outcomes import Outcome, Status
from sluice.pace.admitting import Admission
from sluice.pace.launching import Launcher, Waiting
from sluice.pace.pacing import Cause, Closed
from sluice.ports.catalogue import Catalogue, Claimed, Held, Standing
from sluice.ports.journal import Journal
from sluice.ports.queues import Lanes, Message
from sluice.rules.routing import Router, Unroutable

RECHECK = 30  # seconds after which what waits for nothing that we know the end of is looked at again
FULL_RECHECK = 5  # seconds, where the lane is full
RESERVE = timedelta(seconds=10)  # on the clock when waiting ends: to claim and start what there is
# A message may be received 1000 times before SQS takes it for poison. One that only had to wait is put again.
RENEWED_AFTER = 500


@dataclass(frozen=True, slots=True)
class Dispatcher:
    """Dispatches the messages of arrivals queues; see `dispatch`."""

    inbox: str
    router: Router
    catalogue: Catalogue
    admission: Admission
    launcher: Launcher
    lanes: Lanes
    journal: Journal
    now: Callable[[], datetime]
    gate: Gate | None = None
    """What lets only files on in which no malware was found; None where nothing is scanned."""

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
        waiting = [each for message in messages if (each := self._guarded(message, lane, again))]
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

    def _guarded(self, message: Message, lane: str, again: list[str]) -> Waiting | None:
        try:
            one = self._read(message, lane, again)
            if one and one.route.rule.processor is None:
                reason = one.route.rule.reason
                self._settle(one, Outcome(Status.SKIPPED, error_message=reason), lane, again)
                return None
        except Exception:  # noqa: BLE001  one message must not lose the others of its receive
            self.journal.failed("message not dispatched", {"message_id": message.message_id})
            again.append(message.message_id)
            return None
        return one

    def _read(self, message: Message, lane: str, again: list[str]) -> Waiting | None:
        """Return the file that *message* announces; None where nothing is left to do for it now."""
        file = self.gate.admit(message) if self.gate else read_arrival(message.body, inbox=self.inbox)
        if isinstance(file, Unreadable):
            self._bury(message, lane, file.reason)
            return None
        if isinstance(file, Withheld):
            self.lanes.hide(message, lane=lane, seconds=RECHECK)
            again.append(message.message_id)
            return None
        if isinstance(file, Condemned):
            self._condemn(message, file, lane, again)
            return None
        route = self.router.route(file)
        if isinstance(route, Unroutable):
            self._bury(message, lane, route.reason)
            return None
        if route.rule.processor and route.rule.lane != lane:
            self.lanes.forward(message, lane=route.rule.lane)
            return None
        return Waiting(message, file, route)

    def _bury(self, message: Message, lane: str, reason: str) -> None:
        self.lanes.bury(message, lane=lane, reason=reason)
        self.journal.noted("message buried", {"message_id": message.message_id, "reason": reason})

    def _condemn(self, message: Message, condemned: Condemned, lane: str, again: list[str]) -> None:
        """Record a file that must not be opened, whatever its rule would have done with it."""
        route = self.router.route(condemned.file)
        if isinstance(route, Unroutable):
            self._bury(message, lane, route.reason)
            return
        self._settle(Waiting(message, condemned.file, route), condemned.outcome, lane, again)

    def _settle(self, one: Waiting, outcome: Outcome, lane: str, again: list[str]) -> None:
        """Record the outcome of a file that is not processed: it needs no slot."""
        claim = self.launcher.claim(one, None)
        if isinstance(claim, Held):
            self._hide(one, lane, claim.until, again)
        if not isinstance(claim, Claimed):
            return
        task = Task(one.file, claim.attempt, one.route.rule.reference)
        self.journal.began(one.file)
        self.catalogue.begin(task, until=self.now() + timedelta(seconds=RECHECK))
        self.catalogue.record(task, outcome, at=self.now())
        self.journal.ended(one.file, outcome)

    def _unclaimed(
        self, waiting: Sequence[Waiting], lane: str, again: list[str]
    ) -> tuple[list[Waiting], int]:
        """Return the files that can be claimed, first those that the lane counts already, and how many."""
        if waiting:
            oldest = min(each.file.uploaded_at for each in waiting)
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
        at = {Cause.PAUSED: self._in(RECHECK), Cause.IN_FLIGHT: self._in(FULL_RECHECK)}.get(
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
