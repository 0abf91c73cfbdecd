"""Use case: find out which file a message announces, and settle those that nobody is to process."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sluice.arrivals import Unreadable, read_arrival
from sluice.batches import Task
from sluice.malware.gate import Condemned, Gate, Withheld
from sluice.outcomes import Outcome, Status
from sluice.pace.launching import Launcher, Returned, Waiting
from sluice.ports.catalogue import Catalogue, Claimed, Held
from sluice.ports.journal import Journal
from sluice.ports.queues import Lanes, Message
from sluice.rules.routing import Router, Unroutable

RECHECK = 30  # seconds after which what waits for nothing that we know the end of is looked at again


@dataclass(frozen=True, slots=True)
class Intake:
    """Takes messages of arrivals queues; see `take`."""

    inbox: str
    router: Router
    catalogue: Catalogue
    launcher: Launcher
    lanes: Lanes
    journal: Journal
    now: Callable[[], datetime]
    gate: Gate | None = None
    """What lets only files on in which no malware was found; None where nothing is scanned."""

    def take(self, message: Message, lane: str, again: list[str]) -> Waiting | Returned | None:
        """
        Return the file that *message* announces, if it is to be processed in *lane*.

        What is to be skipped, was condemned, or belongs elsewhere is dealt with here, and None returned;
        Returned where somebody else holds such a file. *again* gets the message that must be received again.
        """
        try:
            one = self._read(message, lane, again)
            if isinstance(one, Waiting) and one.route.rule.processor is None:
                reason = one.route.rule.reason
                return self._settle(one, Outcome(Status.SKIPPED, error_message=reason))
        except Exception:  # noqa: BLE001  one message must not lose the others of its receive
            self.journal.failed("message not dispatched", {"message_id": message.message_id})
            again.append(message.message_id)
            return None
        return one

    def _read(self, message: Message, lane: str, again: list[str]) -> Waiting | Returned | None:
        file = self.gate.admit(message) if self.gate else read_arrival(message.body, inbox=self.inbox)
        if isinstance(file, Unreadable):
            self._bury(message, lane, file.reason)
            return None
        if isinstance(file, Withheld):
            self.lanes.hide(message, lane=lane, seconds=RECHECK)
            again.append(message.message_id)
            return None
        if isinstance(file, Condemned):
            return self._condemn(message, file, lane)
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

    def _condemn(self, message: Message, condemned: Condemned, lane: str) -> Returned | None:
        """Record a file that must not be opened, whatever its rule would have done with it."""
        route = self.router.route(condemned.file)
        if isinstance(route, Unroutable):
            self._bury(message, lane, route.reason)
            return None
        return self._settle(Waiting(message, condemned.file, route), condemned.outcome)

    def _settle(self, one: Waiting, outcome: Outcome) -> Returned | None:
        """Record the outcome of a file that is not processed: it needs no slot."""
        claim = self.launcher.claim(one, None)
        if isinstance(claim, Held):
            return Returned(one, claim.until)
        if not isinstance(claim, Claimed):
            return None
        task = Task(one.file, claim.attempt, one.route.rule.reference)
        self.journal.began(one.file)
        self.catalogue.begin(task, until=self.now() + timedelta(seconds=RECHECK))
        self.catalogue.record(task, outcome, at=self.now())
        self.journal.ended(one.file, outcome)
        return None
