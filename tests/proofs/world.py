"""
One lane from upload to announcement, in simulated time: queue, dispatchers, executions, processors, notify.

The use cases are the product's. The queue delivers at least once and hides as SQS does; the machine waits,
retries and fails as `process_batch` says; the stream comes again until it was announced. Where a use case
sleeps, everybody else goes on.
"""

import json
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial

from sluice.announcing.notifying import Notifier
from sluice.batches import Batch
from sluice.errors import ServiceBusyError, TriesSpentError
from sluice.moments import to_microseconds
from sluice.outcomes import UNFINISHED, Outcome, Status
from sluice.pace.pacing import Pace
from sluice.ports.queues import Message
from sluice.rules.rule import PROFILE_CSV, Rule
from tests import fakes
from tests.fakes import START, arrival
from tests.proofs.faults import DeadProcessError, Faults

HIDDEN = timedelta(seconds=180)  # the queue's visibility timeout, 6 x that of dispatch
FUNCTION = timedelta(seconds=30)  # the timeout of dispatch
RECEIVE = 10  # messages at most
RULE = Rule(id="all", processor=PROFILE_CSV, lane="csv")
SKIPS = Rule(id="skips", match=replace(RULE.match, suffixes=(".skip",)), priority=1, reason="Skipped.")
J = timedelta(seconds=10)


@dataclass
class Queued:
    """A message in the queue."""

    message: Message
    visible_at: object


@dataclass
class Machine:
    """One execution of `process_batch`, as far as its states matter here."""

    batch: dict
    due: object
    alone: bool = False
    tries: int = 0
    rest: list = field(default_factory=list)


class World:
    """Everything around the use cases; see the module."""

    def __init__(self, pace, faults=(), *, dispatchers=2, seconds=0.2, interleaved=()):
        self.clock = fakes.FakeClock()
        self.faults = Faults(faults, interleaved, self._meanwhile)
        self.catalogue = fakes.FakeCatalogue(self.clock)
        self.states = fakes.FakeLaneStates(csv=pace)
        self.pace, self.seconds, self.dispatchers = pace, seconds, dispatchers
        self.journal = fakes.FakeJournal()
        self.queue, self.dead_letters, self.failed_files = [], [], []
        self.machines, self.names, self.started = [], set(), []
        self.starts, self.told, self.uploaded = [], [], set()
        self.orphaned = set()
        """What announced the files of receives that nobody lived to answer."""
        self.most_in_flight = 0
        self.depth = 0
        self.raises = {}
        watched = self.faults.around
        catalogue, states = watched(self.catalogue, "outcomes"), watched(self.states)
        self.dispatcher = self.a_dispatcher(self.clock, catalogue, states)
        self.processor = self.a_processor(self.clock, catalogue, states)
        self.notifier = Notifier((watched(self),), catalogue, self.journal)

    def a_dispatcher(self, now, catalogue, states):
        """Make a dispatcher that sleeps in this world."""
        watched = self.faults.around(self)
        dispatcher = fakes.a_dispatcher(
            now, catalogue, watched, watched, self.journal, states=states, router=fakes.a_router(RULE, SKIPS)
        )
        admission = replace(dispatcher.admission, sleep=self.sleep)
        launcher = replace(dispatcher.launcher, admission=admission)
        return replace(dispatcher, admission=admission, launcher=launcher)

    def a_processor(self, now, catalogue, states):
        """Make a processor that sleeps in this world."""
        processor = fakes.a_processor(
            partial(self._run, now), now, catalogue, self.journal,
            states=states, rules=fakes.RuleBook((RULE, SKIPS)), lateness=J,
        )  # fmt: skip
        return replace(processor, slots=replace(processor.slots, sleep=self.sleep))

    # What the world does to the product

    def upload(self, key, *, times=1, version="v1", sequencer="0A", body=None):
        """Put a file in: it is announced, perhaps several times; a *body* is a message of another kind."""
        if body is None:
            self.uploaded.add((key, version))
            body = json.dumps(arrival(key, version=version, sequencer=sequencer))
        for _ in range(times):
            name = f"m{len(self.queue)}-{key}-{len(self.uploaded)}"
            self.queue.append(Queued(Message(name, "r", body), self.clock()))

    def run(self, *, within=timedelta(hours=3)):
        """Let everything happen until nothing is left to do."""
        end = START + within
        while self.clock() < end and (self.queue or self.machines or self._untold()):
            if not self._step():
                self.clock.time = max(self._next(), self.clock() + timedelta(milliseconds=1))

    def _step(self):
        """Do what is due; tell whether anything was."""
        busy = False
        for _ in range(self.dispatchers):
            busy |= self._receive()
        for machine in [each for each in self.machines if each.due <= self.clock()]:
            if machine in self.machines:
                self.machines.remove(machine)
                self._advance(machine)
                busy = True
        return self._announce() or busy

    def _next(self):
        moments = [each.visible_at for each in self.queue] + [each.due for each in self.machines]
        return min(moments, default=self.clock() + timedelta(seconds=1))

    def sleep(self, seconds):
        """Let the others go on while somebody sleeps."""
        until = self.clock() + timedelta(seconds=seconds)
        self.depth += 1
        while self.depth <= 3 and (moment := self._next()) < until and self.clock() < until:
            self.clock.time = max(self.clock(), moment)
            if not self._step():
                break
        self.depth -= 1
        self.clock.time = max(self.clock(), until)

    def work(self, seconds):
        """Let the time pass that a file takes."""
        self.clock.tick(seconds=seconds)

    def _meanwhile(self):
        """Let another dispatcher handle a receive between two calls of somebody."""
        self.depth += 1
        self._receive()
        self.depth -= 1

    def _receive(self, dispatcher=None, most=RECEIVE):
        visible = [each for each in self.queue if each.visible_at <= self.clock()][:most]
        if not visible or self.depth >= self.dispatchers:
            return False
        for each in visible:
            each.visible_at = self.clock() + HIDDEN
            each.message = replace(each.message, receives=each.message.receives + 1)
        end = self.clock() + FUNCTION
        messages = [each.message for each in visible]
        try:
            again = (dispatcher or self.dispatcher).dispatch(
                messages, lane="csv", time_left=lambda: end - self.clock()
            )
        except DeadProcessError:
            self.orphaned |= {message.body for message in messages}
            return True
        done = {message.message_id for message in messages} - set(again)
        self.queue = [each for each in self.queue if each.message.message_id not in done]
        return True

    def _advance(self, machine, processor=None):
        batch = Batch.from_json(machine.batch)
        end = self.clock() + timedelta(minutes=15)
        try:
            left = (processor or self.processor).process(
                batch, time_left=lambda: end - self.clock(), reserve=timedelta(minutes=1)
            )
        except (DeadProcessError, ServiceBusyError, TriesSpentError) as error:
            retries = 3 if isinstance(error, ServiceBusyError) else 0
            if machine.alone:
                retries = 0 if isinstance(error, TriesSpentError) else 2
            self._failed(machine, batch, retries)
            return
        if left.tasks:
            due = self.clock() if left.slot is None else START + _since_start(left.slot)
            # A state that is entered again counts its retries from the beginning.
            again = replace(machine, batch=left.to_json(), due=max(due, self.clock()), tries=0)
            self.machines.append(again)
        elif machine.rest:
            self._alone(machine.rest, batch)

    def _failed(self, machine, batch, retries):
        """Retry as the state machine does: the batch thrice, but not after a crash; then each file alone."""
        if machine.tries < retries:
            due = self.clock() + timedelta(seconds=2 ** (machine.tries + 1))
            self.machines.append(replace(machine, tries=machine.tries + 1, due=due))
        elif machine.alone:
            self.failed_files.append(batch)
            self.catalogue.record(batch.tasks[0], Outcome(Status.FAILED), at=self.clock())
            self._alone(machine.rest, batch)
        else:
            self._alone(list(batch.tasks), batch)

    def _alone(self, tasks, batch):
        if tasks:
            first = replace(batch, tasks=(tasks[0],), slot=None).to_json()
            self.machines.append(Machine(first, self.clock(), alone=True, rest=tasks[1:]))

    def _untold(self):
        return [item for item in self.catalogue.items.values() if "unannounced" in item]

    def _announce(self):
        pairs = [
            (file_id, fakes.an_announcement(file_id=file_id, state_version=item["state_version"]))
            for file_id, item in self.catalogue.items.items()
            if "unannounced" in item
        ][:10]
        try:
            return bool(pairs) and self.notifier.notify(pairs) is None
        except DeadProcessError:
            return False

    def _run(self, now, file, _rule, _contract):
        item = self.catalogue.items[file.file_id]
        self.starts.append((to_microseconds(now()), item["spent_slot"], file.file_id))
        self.work(self.seconds)
        if self.raises.get(file.key, 0) > 0:
            self.raises[file.key] -= 1
            raise ServiceBusyError("the file is poison")
        return Outcome(Status.ERROR if file.key.startswith("bad") else Status.SUCCESS)

    # What the product calls: lanes, executions, a channel

    def hide(self, message, *, lane, seconds):  # noqa: ARG002
        for each in self.queue:
            if each.message.message_id == message.message_id:
                each.visible_at = self.clock() + timedelta(seconds=seconds)

    def forward(self, message, *, lane, seconds=0):  # noqa: ARG002
        again = Message(message.message_id + "'", "r", message.body)
        self.queue.append(Queued(again, self.clock() + timedelta(seconds=seconds)))

    def bury(self, message, *, lane, reason):  # noqa: ARG002
        self.dead_letters.append(message)

    def start(self, batch):
        if batch.execution_name in self.names:
            return
        self.names.add(batch.execution_name)
        self.started += batch.tasks
        self.machines.append(Machine(batch.to_json(), max(self.clock(), START + _since_start(batch.slot))))
        self.most_in_flight = max(self.most_in_flight, self._in_flight())

    def announce(self, announcements):
        self.told += [told.file_id for told in announcements]
        return set()

    # What must hold

    def _in_flight(self):
        return sum(
            item["status"] in UNFINISHED
            and item["attempt"] == task.attempt
            and item["claimed_until"] > self.clock()
            for task in self.started
            if (item := self.catalogue.items[task.file.file_id])
        )

    def violations(self):
        """Return a sentence for whatever does not hold."""
        recorded = [task.file.file_id for task, _ in self.catalogue.recorded]
        keys = {(task.file.key, task.file.version_id) for task, _ in self.catalogue.recorded}
        found = [] if keys == self.uploaded else [f"without outcome: {self.uploaded - keys}"]
        found += [] if len(set(recorded)) == len(recorded) else ["an outcome was recorded twice"]
        found += [] if not self.queue else [f"{len(self.queue)} messages stay in the queue"]
        found += [] if set(recorded) <= set(self.told) else ["an outcome was not announced"]
        late = J // timedelta(microseconds=1)
        found += [f"{key} started before its slot" for at, slot, key in self.starts if at < slot]
        found += [f"{key} started later than J" for at, slot, key in self.starts if at > slot + late]
        if self.most_in_flight > self.pace.max_in_flight:
            found.append(f"{self.most_in_flight} in flight")
        slots = [slot for _, slot, _ in self.starts]
        found += (
            []
            if len(set(zip(slots, [key for *_, key in self.starts], strict=True))) == len(slots)
            else ["slot reused"]
        )
        found += _too_many(slots, self.pace, 0, "slots")
        return found + _too_many([at for at, *_ in self.starts], self.pace, late, "starts")


def _too_many(moments, pace: Pace, late, what):
    """Check rate · (t + J) + burst in every window, by sweeping the moments in order."""
    moments = sorted(moments)
    for first, begin in enumerate(moments):
        for last in range(first, len(moments)):
            allowed = pace.rate * (moments[last] - begin + late) / 1_000_000 + pace.burst
            if last - first + 1 > allowed + 1e-6:
                return [f"{last - first + 1} {what} where {allowed:.2f} are allowed"]
    return []


def _since_start(microseconds):
    return timedelta(microseconds=(microseconds or to_microseconds(START)) - to_microseconds(START))
