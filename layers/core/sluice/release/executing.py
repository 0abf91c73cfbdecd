"""Use case: tell whether a state machine's new version does what golden executions say, before it is used."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from sluice.batches import Batch, Task
from sluice.files import RELEASE_CHECKS, File
from sluice.ports.journal import Journal
from sluice.release.checking import differences
from sluice.release.golden import EXECUTED, RULES, GoldenFile
from sluice.release.ports import Bench, Ended, Machines, StackAnswers
from sluice.release.requests import StackChange

EXECUTIONS = "release-check-"  # how their names begin, which the rule of ended executions passes over
TRIES = 2  # a role that was made a moment ago may not be known everywhere
PAUSE = 15.0  # seconds between them
PATIENCE = 100.0  # seconds for a try; twice that is within the function's 300
LOOK = 1.0  # seconds between two looks at an execution

Laid = list[tuple[GoldenFile, File]]


@dataclass(frozen=True, slots=True)
class MachineChecker:
    """Checks versions of state machines; see `judge` and `check`."""

    machines: Machines
    bench: Bench
    answers: StackAnswers
    journal: Journal
    clock: Callable[[], float]
    """Seconds that only grow."""
    sleep: Callable[[float], None]

    def judge(self, change: StackChange) -> list[str]:
        """
        Check the version that an update of the stack is about, and let it go on or roll it back.

        A version that has the traffic already passes: a stack that rolls back must not fail at it. Any doubt
        is a failure: also a check that cannot be made.
        """
        try:
            known = change.removes or self.machines.is_live(change.version)
            faults = [] if known else self._checked(change.machine, change.version)
        except Exception as error:  # noqa: BLE001  whatever happens, the stack must hear of it
            self.journal.failed("state machine not checked", {"version": change.version})
            faults = [f"The check itself failed: {type(error).__name__}."]
        self.journal.noted("state machine checked", {"version": change.version, "faults": faults})
        self.answers.tell(change, faults)
        return faults

    def check(self, machine: str, version: str) -> list[str]:
        """Return a sentence for everything that the version does otherwise than it should."""
        checks = {"process_batch": self._process_batch, "backfill": self._backfill}
        if machine not in checks:
            return [f"{machine} has no golden executions."]
        return list(checks[machine](version, str(uuid4())))

    def _checked(self, machine: str, version: str) -> list[str]:
        faults = self.check(machine, version)
        for _ in range(TRIES - 1):
            if faults:
                self.sleep(PAUSE)
                faults = self.check(machine, version)
        return faults

    def _process_batch(self, version: str, check: str) -> Iterator[str]:
        """Run one batch for each processor, and one that no processor takes, whose file must be `failed`."""
        folder = f"{RELEASE_CHECKS}{check}/"
        laid: dict[str, Laid] = {name: [] for name in EXECUTED}
        try:
            for name, files in EXECUTED.items():
                for golden in files:
                    file = self.bench.lay(f"{folder}{name}/", golden.name, golden.body)
                    laid[name].append((golden, file))  # one by one, for those before a fault are cleared too
            batches = {name: _batch(name, files) for name, files in laid.items()}
            yield from self._run(version, check, batches)
            for golden, file in (each for files in laid.values() for each in files):
                yield from differences(golden, self.bench.record_of(file))
        finally:
            self.bench.clear(folder, tuple(file for files in laid.values() for _, file in files))

    def _backfill(self, version: str, check: str) -> Iterator[str]:
        """Sweep a part of the inbox where nothing is, without mending anything."""
        given = {"prefix": f"{RELEASE_CHECKS}{check}/", "dry_run": True, "parts": 1}
        ended = self._ended(self.machines.start(version, f"{EXECUTIONS}{check}", given))
        counts = ended.output.get("counts")
        if ended.status != "SUCCEEDED" or not isinstance(counts, Mapping):
            yield f"The golden sweep ended as {ended.status} with {counts!r}: {ended.error}"
        if report := ended.output.get("report"):
            self.bench.remove(str(report))

    def _run(self, version: str, check: str, batches: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
        started = {
            name: self.machines.start(version, f"{EXECUTIONS}{name}-{check}", given)
            for name, given in batches.items()
        }
        for name, execution in started.items():
            ended = self._ended(execution)
            if ended.status != "SUCCEEDED":
                yield f"The golden execution for {name} ended as {ended.status}: {ended.error}"

    def _ended(self, execution: str) -> Ended:
        deadline = self.clock() + PATIENCE
        while not (ended := self.machines.ended(execution)):
            if self.clock() > deadline:
                self.machines.stop(execution)
                return Ended("RUNNING", {}, f"stopped after {PATIENCE:.0f} s")
            self.sleep(LOOK)
        return ended


def _batch(name: str, laid: Laid) -> dict[str, Any]:
    rule = RULES.get(name)
    return Batch(name, tuple(Task(file, attempt=1, rule=rule) for _, file in laid)).to_json()
