"""Use case: free the files of an execution that ended without recording what became of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from sluice.arrivals import Unreadable
from sluice.batches import Task
from sluice.files import File
from sluice.outcomes import Outcome, Status
from sluice.ports.catalogue import Catalogue
from sluice.ports.journal import Journal
from sluice.ports.queues import Message
from sluice.recovery.executions import read_ended_execution
from sluice.recovery.ports import Arrivals, DeadLetters, FailedFiles, Known, Register
from sluice.recovery.receiving import bury, each_taken

LOST = "The execution of this file ended {times} times without an answer ({status}); it is kept for replay."


@dataclass(frozen=True, slots=True)
class EndedExecutions:
    """Handles what Step Functions tells of executions that ended without an answer; see `free`."""

    register: Register
    freer: "Freer"
    dead_letters: DeadLetters
    journal: Journal

    def free(self, messages: Iterable[Message]) -> list[str]:
        """Free the files of each execution; return the ids of the messages that must be received again."""
        return each_taken(messages, self._free, self.journal, failure="files not freed")

    def _free(self, message: Message) -> None:
        ended = read_ended_execution(message.body)
        if isinstance(ended, Unreadable):
            bury(message, ended, self.dead_letters, self.journal)
            return
        known = self.register.known([task.file.file_id for task in ended.batch.tasks])
        for task in ended.batch.tasks:
            state = known.get(task.file.file_id)
            if state and state.is_unfinished and state.attempt == task.attempt:
                processor = ended.batch.processor
                self.freer.free_file(
                    task.file, state, processor=processor, status=ended.status, lost=ended.is_failure
                )


@dataclass(frozen=True, slots=True)
class Freer:
    """Frees files; see `free_file`."""

    register: Register
    catalogue: Catalogue
    arrivals: Arrivals
    failed_files: FailedFiles
    journal: Journal
    now: Callable[[], datetime]
    max_losses: int
    """Attempts that may end without an answer before a file is `failed`; one that was stopped is none."""

    def free_file(self, file: File, state: Known, *, processor: str, status: str, lost: bool) -> None:
        """
        Free one unfinished file, or give it up where it was *lost* too often.

        Announces first and frees then: to die in between makes a duplicate, and loses nothing.
        """
        self.journal.began(file)
        if lost and state.losses + 1 >= self.max_losses:
            self._give_up(Task(file, state.attempt), state, processor, status)
            return
        self.arrivals.put_back([(file, state.lane)], reason=f"execution {status}")
        if self.register.free(file.file_id, state.attempt, lost=lost):
            self.journal.counted("FreedFiles", 1)
        self.journal.noted("file freed", {"attempt": state.attempt, "status": status})

    def _give_up(self, task: Task, state: Known, processor: str, status: str) -> None:
        message = LOST.format(times=state.losses + 1, status=status)
        error = f"Execution.{status}"
        self.failed_files.keep(task, processor=processor, error=error, cause=message)
        outcome = Outcome(Status.FAILED, error_message=message)
        if self.catalogue.record(task, outcome, at=self.now()):
            self.journal.ended(task.file, outcome)
