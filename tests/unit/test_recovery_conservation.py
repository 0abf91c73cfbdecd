"""
Whatever crashes, and between whichever two calls, no file is lost and none ends twice.

Lost events, executions that end without an answer, failures, replays and sweeps come in any order, and the
process that frees, replays or sweeps may die before or after any call of a port.
"""

import json
from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from sluice.batches import Batch, Task
from sluice.outcomes import UNFINISHED, Outcome, Status
from sluice.ports.catalogue import Claimed, Held
from sluice.recovery.executions import STATUS_CHANGE
from sluice.recovery.freeing import EndedExecutions, Freer
from sluice.recovery.replacing import Replacer
from sluice.recovery.replaying import Replayer
from sluice.recovery.selecting import Selection
from sluice.recovery.sweep_requests import answer
from sluice.recovery.sweeping import Sweeper
from tests import fakes, recovery_fakes
from tests.fakes import a_message
from tests.mortality import CrashError, Fuse, Mortal

CRASHES = st.none() | st.integers(1, 24)
ENDS = st.sampled_from(["success", "failed", "kept", "kept and lost", "ABORTED", "FAILED", "TIMED_OUT"])


class Recovering(RuleBasedStateMachine):
    """Files on their way, with everything that goes wrong, and what mends it."""

    def __init__(self):
        super().__init__()
        self.clock = fakes.FakeClock()
        self.catalogue = fakes.FakeCatalogue(self.clock)
        self.ports = recovery_fakes.Recovery(self.catalogue)
        self.ports.boxes.letters = {"failed-files": []}
        self.uploads, self.running, self.ended, self.recording = [], [], [], []
        self.put = set()
        self.fuse = Fuse()
        ports, journal = self.ports, fakes.FakeJournal()
        catalogue, register, arrivals, failed, boxes, audit, inventory, listing = (
            Mortal(port, self.fuse)
            for port in (
                self.catalogue, ports.register, ports.arrivals, self, ports.boxes, ports.audit,
                ports.inventory, ports.listing,
            )
        )  # fmt: skip
        freer = Freer(register, catalogue, arrivals, failed, journal, self.clock, 3)
        self.freeing = EndedExecutions(register, freer, ports.dead_letters, journal)
        replacer = Replacer(register, arrivals, ports.queues, ports.mails, ports.runs, self.clock)
        self.replayer = Replayer("inbox", boxes, replacer, audit, journal, self.clock)
        self.sweeper = Sweeper(
            listing, inventory, register, arrivals, freer, ports.reports, journal, self.clock
        )

    def keep(self, task, *, processor, error, cause):
        """Keep a failed file, as the failed-files queue does."""
        facts = {"processor": processor, "error": error, "cause": cause}
        self.ports.boxes.put("failed-files", task.to_json() | facts)
        self.put.add(self.ports.boxes.letters["failed-files"][-1].message_id)

    def dies(self, crash, act):
        """Act, and die at the moment *crash* if it comes to that; tell whether it died."""
        self.fuse.left = crash
        try:
            act()
        except CrashError:
            self.ports.boxes.held.clear()  # what it held is shown again after a while
            return True
        finally:
            self.fuse.left = None
        return False

    @rule(is_lost=st.booleans())
    def upload(self, is_lost):
        file = self.ports.listing.put(f"{len(self.uploads)}.csv", at=self.clock())
        self.ports.inventory.files[file.file_id] = file
        self.uploads.append(file)
        if not is_lost:
            self.ports.arrivals.files.append((file, "csv"))

    @rule()
    def dispatch(self):
        waiting, self.ports.arrivals.files = self.ports.arrivals.files, []
        for file, lane in waiting:
            until = self.clock() + timedelta(minutes=16)
            claim = self.catalogue.claim(file, processor="profile_csv", lane=lane, until=until)
            if isinstance(claim, Held):
                self.ports.arrivals.files.append((file, lane))
            elif isinstance(claim, Claimed):
                self.running.append(Task(file, claim.attempt))

    @precondition(lambda self: self.running)
    @rule(end=ENDS)
    def end(self, end):
        task = self.running.pop(0)
        if end == "success":
            self.catalogue.record(task, Outcome(Status.SUCCESS), at=self.clock())
            return
        if not end.isupper():
            self.keep(task, processor="profile_csv", error="Sandbox.Timedout", cause="")
        if end in ("failed", "kept"):
            self.recording.append(task)
        if end == "failed":
            self.record()
        if end not in ("failed", "kept"):
            batch = json.dumps(Batch("profile_csv", (task,)).to_json())
            status = end if end.isupper() else "FAILED"
            detail = {"name": "x", "status": status, "input": batch}
            self.ended.append(json.dumps({"detail-type": STATUS_CHANGE, "detail": detail}))

    @precondition(lambda self: self.recording)
    @rule()
    def record(self):
        """The state machine keeps a file first, and records its failure when it comes to that."""
        self.catalogue.record(self.recording.pop(), Outcome(Status.FAILED), at=self.clock())

    @precondition(lambda self: self.ended)
    @rule(crash=CRASHES)
    def free(self, crash):
        body = self.ended[0]
        again = []
        if not self.dies(crash, lambda: again.extend(self.freeing.free([a_message(body)]))) and not again:
            self.ended.pop(0)

    @precondition(lambda self: self.ended)
    @rule()
    def lose_an_event(self):
        self.ended.pop(0)

    @rule(crash=CRASHES)
    def replay(self, crash):
        selection = Selection(queues=(), dry_run=False)
        self.dies(crash, lambda: self.replayer.replay(selection))

    @rule(crash=CRASHES)
    def sweep(self, crash):
        self.dies(crash, self._sweep)

    @rule(hours=st.sampled_from([0.1, 1, 30]))
    def wait(self, hours):
        self.clock.tick(hours=hours)

    def _sweep(self):
        for part in answer({"plan": {"prefix": ""}}, self.sweeper, lambda: False)["parts"]:
            state = {"part": part, "done": False}
            while not state["done"]:
                state = answer(state, self.sweeper, lambda: False)

    @invariant()
    def a_failed_file_can_be_replayed(self):
        letters = [json.loads(letter.body) for letter in self.ports.boxes.letters["failed-files"]]
        kept = {(letter["file_id"], letter["attempt"]) for letter in letters}
        for file_id, item in self.catalogue.items.items():
            if item["status"] == Status.FAILED:
                assert (file_id, item["attempt"]) in kept

    @invariant()
    def no_letter_goes_without_a_record(self):
        there = {letter.message_id for letter in self.ports.boxes.letters["failed-files"]}
        assert self.put - there <= {message_id for message_id, _ in self.ports.audit.lines}

    @invariant()
    def a_file_that_was_freed_waits_somewhere(self):
        waiting = {file.file_id for file, _ in self.ports.arrivals.files}
        letters = [json.loads(letter.body) for letter in self.ports.boxes.letters["failed-files"]]
        waiting |= {letter["file_id"] for letter in letters}
        for file_id, item in self.catalogue.items.items():
            if item["status"] in UNFINISHED and item["claimed_until"] == recovery_fakes.PAST:
                assert file_id in waiting

    def teardown(self):
        """Once nothing crashes any more, every upload ends, and successfully once."""
        for _ in range(4):
            while self.recording:
                self.record()
            while self.ended:
                self.free(None)
            self.clock.tick(days=2)
            self._sweep()
            self.replay(None)
            self.dispatch()
            while self.running:
                self.end("success")
        for file in self.uploads:
            assert self.catalogue.items[file.file_id]["status"] == Status.SUCCESS
        outcomes = self.catalogue.outcomes()
        succeeded = [key for key, status in outcomes if status == Status.SUCCESS]
        assert sorted(succeeded) == sorted(file.key for file in self.uploads)


TestRecovering = Recovering.TestCase
TestRecovering.settings = settings(max_examples=150, stateful_step_count=30)


@pytest.mark.parametrize("moment", range(1, 26))
@pytest.mark.parametrize("end", ["failed", "kept", "ABORTED", "FAILED"])
@pytest.mark.parametrize("act", ["free", "replay", "sweep"])
def test_at_each_moment_one_file_survives_the_death_of_what_mends_it(act, end, moment):
    """Every moment once, which a search may miss."""
    machine = Recovering()
    machine.upload(is_lost=act == "sweep")
    machine.dispatch()
    if machine.running:
        machine.end(end)
    if act != "free" or machine.ended:
        machine.wait(1)
        getattr(machine, act)(moment)
    machine.a_failed_file_can_be_replayed()
    machine.no_letter_goes_without_a_record()
    machine.a_file_that_was_freed_waits_somewhere()
    machine.teardown()
