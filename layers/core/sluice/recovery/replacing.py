"""Use case: put what a dead letter was about on its way once more."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from sluice.files import File
from sluice.recovery.dead_letters import Kind, Letter, Reading, likely_rule
from sluice.recovery.letter_ports import Mails, Queues, Runs
from sluice.recovery.ports import Arrivals, Register
from sluice.webhooks.records import Delivery

NOT_RECORDED = "its failure is not recorded yet"
UNREADABLE = "nothing can be made of it"
LANES, ANY_LANE = ("csv", "image", "other"), "other"
QUEUE_OF = {
    Kind.DELETION: "deletions",
    Kind.EXECUTION: "ended-executions",
    Kind.DELIVERY: "webhooks",
}


@dataclass(frozen=True, slots=True)
class Replacer:
    """Replaces letters; see `put_back`."""

    register: Register
    arrivals: Arrivals
    queues: Queues
    mails: Mails
    runs: Runs
    now: Callable[[], datetime]

    def put_back(self, letter: Letter, reading: Reading) -> str:
        """
        Put back what *letter* was about; return why that cannot be, or nothing once it is accepted.

        Files go the way of new arrivals, so at the pace of their lane. To be done twice harms nothing: the
        catalogue passes over a second announcement, and mails and deliveries bear the id of the first.
        """
        if reading.kind == Kind.UNREADABLE:
            return UNREADABLE
        if reading.file:
            return self._put_file_back(reading.file, reading)
        if reading.kind == Kind.STREAM:
            self.register.announce_again(before=self.now())
        elif reading.mail:
            self.mails.publish(reading.mail)
        elif reading.run:
            self.runs.start(reading.run)
        else:
            self.queues.send(_queue_of(letter, reading), self._body(letter, reading))
        return ""

    def _body(self, letter: Letter, reading: Reading) -> str:
        if reading.kind != Kind.DELIVERY:
            return letter.body
        delivery = Delivery.from_json(letter.body)
        return replace(delivery, attempt=1, due_at=self.now()).to_json()

    def _put_file_back(self, file: File, reading: Reading) -> str:
        state = self.register.known([file.file_id]).get(file.file_id)
        reopened = reading.kind == Kind.FAILED_FILE and self.register.reopen(file.file_id, reading.attempt)
        pending = state and state.is_unfinished and state.attempt == reading.attempt
        if reading.kind == Kind.FAILED_FILE and pending and not reopened:
            return NOT_RECORDED
        lane = (state.lane if state else "") or likely_rule(file).lane
        self.arrivals.put_back([(file, lane)], reason="replay")
        return ""


def _queue_of(letter: Letter, reading: Reading) -> str:
    """Return where the message goes; a scan to its lane, or to any, from which dispatch forwards it."""
    if reading.kind == Kind.SCAN:
        return letter.queue if letter.queue in LANES else ANY_LANE
    return QUEUE_OF[reading.kind]
