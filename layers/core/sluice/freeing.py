"""Use case: free the files of an execution that ended without recording what became of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from sluice.arrivals import Unreadable
from sluice.batches import Task
from sluice.executions import EndedExecution, read_ended_execution
from sluice.outcomes import Outcome, Status
from sluice.ports import Catalogue, Journal, Message
from sluice.recovery_ports import Arrivals, DeadLetters, FailedFiles, Known, Register

LOST = "The execution of this file ended {times} times without an answer ({status}); it is kept for replay."


@dataclass(frozen=True, slots=True)
class Freer:
    """Frees files; see `free`."""

    register: Register
    catalogue: Catalogue
    arrivals: Arrivals
    failed_files: FailedFiles
    dead_letters: DeadLetters
    journal: Journal
    now: Callable[[], datetime]
    max_losses: int
    """Attempts that may end without an answer before a file is `failed`; one that was stopped is none."""

    def free(self, messages: Iterable[Message]) -> list[str]:
        """Free the files of each execution; return the ids of the messages that must be received again."""
        again: list[str] = []
        for message in messages:
            try:
                self._free(message)
            except Exception:  # noqa: BLE001  one message must not lose the others of its receive
                self.journal.failed("files not freed", {"message_id": message.message_id})
                again.append(message.message_id)
        return again

    def _free(self, message: Message) -> None:
        ended = read_ended_execution(message.body)
        if isinstance(ended, Unreadable):
            self.dead_letters.bury(message, reason=ended.reason)
            self.journal.noted("message buried", {"message_id": message.message_id, "reason": ended.reason})
            return
        known = self.register.known([task.file.file_id for task in ended.batch.tasks])
        for task in ended.batch.tasks:
            state = known.get(task.file.file_id)
            if state and state.is_unfinished and state.attempt == task.attempt:
                self._free_one(task, state, ended)

    def _free_one(self, task: Task, state: Known, ended: EndedExecution) -> None:
        """Announce first, free then: to die in between makes a duplicate, and loses nothing."""
        self.journal.began(task.file)
        if ended.is_failure and state.losses + 1 >= self.max_losses:
            self._give_up(task, state, ended)
            return
        self.arrivals.put_back([(task.file, state.lane)], reason=f"execution {ended.status}")
        if self.register.free(task.file.file_id, task.attempt, lost=ended.is_failure):
            self.journal.counted("FreedFiles", 1)
        self.journal.noted("file freed", {"execution": ended.name, "status": ended.status})

    def _give_up(self, task: Task, state: Known, ended: EndedExecution) -> None:
        message = LOST.format(times=state.losses + 1, status=ended.status)
        error = f"Execution.{ended.status}"
        self.failed_files.keep(task, processor=ended.batch.processor, error=error, cause=message)
        outcome = Outcome(Status.FAILED, error_message=message)
        if self.catalogue.record(task, outcome, at=self.now()):
            self.journal.ended(task.file, outcome)
