"""Use case: process the files of one batch, each with one recorded outcome."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sluice.batches import Batch, Task
from sluice.errors import FileMissingError
from sluice.files import File
from sluice.outcomes import Outcome
from sluice.ports import Catalogue, Journal, Rules
from sluice.references import Reference
from sluice.rules import Rule, default_rule

Process = Callable[[File, Rule, Reference | None], Outcome]
"""Takes a file, the rule that decided about it, and the contract that it is held against, if any."""

DELETED = "The object was deleted before it could be read."


@dataclass(frozen=True, slots=True)
class Processor:
    """Takes batches through one kind of processing; see `process`."""

    run: Process
    rules: Rules
    catalogue: Catalogue
    journal: Journal
    now: Callable[[], datetime]

    def process(self, batch: Batch, *, time_left: Callable[[], timedelta], reserve: timedelta) -> Batch:
        """
        Process the files of *batch* in order, and return the batch of those not begun.

        The first file is always begun, a later one only with *reserve* on the clock. A file whose claim
        is not this batch's, or that has its outcome already, is passed over. Raises what a retry may
        mend; outcomes recorded until then stay.
        """
        for index, task in enumerate(batch.tasks):
            if index and time_left() < reserve:
                return Batch(batch.processor, batch.tasks[index:])
            self._process_one(task, batch.processor, lease=time_left() + reserve)
        return Batch(batch.processor, ())

    def _process_one(self, task: Task, processor: str, *, lease: timedelta) -> None:
        self.journal.began(task.file)
        if not self.catalogue.begin(task, until=self.now() + lease):
            self.journal.noted("file passed over", {"attempt": task.attempt})
            return
        try:
            rule = self.rules.at(task.rule) if task.rule else default_rule(processor)
            outcome = self.run(task.file, rule, task.contract)
        except FileMissingError:
            outcome = Outcome.error(DELETED)
        if self.catalogue.record(task, outcome, at=self.now()):
            self.journal.ended(task.file, outcome)
        else:
            self.journal.noted("outcome not recorded: the file was taken over", {"attempt": task.attempt})
