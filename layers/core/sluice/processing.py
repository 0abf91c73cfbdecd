"""Use case: process the files of one batch, each in its slot and with one recorded outcome."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sluice.batches import MAX_WAIT, Batch, Task
from sluice.errors import DownstreamOverloadedError, FileMissingError, ProcessorFailedError, TriesSpentError
from sluice.files import File
from sluice.outcomes import Outcome
from sluice.pace.slots import Rest, SlotKeeper
from sluice.ports.catalogue import Catalogue, SlotSpent, TriesSpent
from sluice.ports.journal import Journal
from sluice.rules.ports import Rules
from sluice.rules.references import Reference
from sluice.rules.rule import Rule, default_rule

Process = Callable[[File, Rule, Reference | None], Outcome]
"""Takes a file, the rule that decided about it, and the contract that it is held against, if any."""

Price = Callable[[timedelta, int, int], float]
"""US dollars, from a file's time, the files in its batch, and its results."""

# What the state machine tries by itself: once and three retries in a batch, once and two alone. It counts
# only within one state: where each retry waits for its slot outside the processor, it would go on for ever.
MOST_TRIES = 7
DELETED = "The object was deleted before it could be read."


@dataclass(frozen=True, slots=True)
class Processor:
    """Takes batches through one kind of processing; see `process`."""

    run: Process
    rules: Rules
    catalogue: Catalogue
    slots: SlotKeeper
    journal: Journal
    now: Callable[[], datetime]
    price: Price | None = None
    """Estimates what a file cost, for its item; None leaves that out."""

    def process(self, batch: Batch, *, time_left: Callable[[], timedelta], reserve: timedelta) -> Batch:
        """
        Process the files of *batch* in order, and return the batch of those not begun.

        No file begins before its slot. The first is begun whatever the clock says, a later one only with
        *reserve* on it. What is too late for its slot, or was begun in it before, gets another one. A file
        whose claim is not this batch's, or that has its outcome already, is passed over. Raises what a retry
        may mend; outcomes recorded until then stay.
        """
        rest = Rest(batch.tasks)
        while rest.tasks:
            if rest.begun and time_left() < reserve:
                break
            rest = self.slots.current(rest, batch.lane)
            if not rest.tasks or rest.closed_until is not None or self.slots.ahead(rest) > MAX_WAIT:
                break
            self.slots.wait(rest)
            rest = self._process_first(rest, batch, lease=time_left() + reserve)
        return self.slots.later(batch, rest)

    def _process_first(self, rest: Rest, batch: Batch, *, lease: timedelta) -> Rest:
        task = rest.tasks[0]
        self.journal.began(task.file)
        begun = self.catalogue.begin(task, until=self.now() + lease, slot=task.slot, most=MOST_TRIES)
        if isinstance(begun, TriesSpent):
            raise TriesSpentError(f"the file was begun {MOST_TRIES} times, each time without an outcome")
        if isinstance(begun, SlotSpent) or (begun and self.slots.is_late(task)):
            return rest.without_slot()
        if begun:
            self._run(task, batch)
        else:
            self.journal.noted("file passed over", {"attempt": task.attempt})
        return rest.after_first(begun=begun)

    def _run(self, task: Task, batch: Batch) -> None:
        started = self.now()
        try:
            rule = self.rules.at(task.rule) if task.rule else default_rule(batch.processor)
            outcome = self.run(task.file, rule, task.contract)
        except FileMissingError:
            outcome = Outcome.error(DELETED)
        except DownstreamOverloadedError:
            self.slots.overloaded(batch.lane)
            self.catalogue.excuse(task)
            raise
        except ProcessorFailedError:
            self.slots.overloaded(batch.lane)  # no metric of a function says in which lane it failed
            raise
        outcome = self._priced(outcome, batch, self.now() - started)
        if self.catalogue.record(task, outcome, at=self.now()):
            self.journal.ended(task.file, outcome)
        else:
            self.journal.noted("outcome not recorded: the file was taken over", {"attempt": task.attempt})

    def _priced(self, outcome: Outcome, batch: Batch, took: timedelta) -> Outcome:
        if self.price is None:
            return outcome
        dollars = self.price(took, len(batch.tasks), len(outcome.results))
        return replace(outcome, facts=dict(outcome.facts) | {"cost_usd": dollars})
