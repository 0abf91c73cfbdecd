"""What a release check needs, in memory."""

from datetime import UTC, datetime

from sluice.errors import ServiceBusyError
from sluice.files import File
from sluice.outcomes import Status
from sluice.release.checking import ReleaseChecker
from sluice.release.executing import MachineChecker
from sluice.release.golden import EXECUTED, NOTHING_FAILED
from sluice.release.ports import Ended
from tests.fakes import FakeJournal

FUNCTIONS = ("check_release",)
ENVIRONMENT = {"STACK_NAME": "sluice"}
PROFILE_CSV = "sluice-ProfileCsvFunction-1A2B"


class FakeBench:
    """Golden files, with what a version that does its work would record of them."""

    def __init__(self):
        self.laid, self.cleared, self.removed, self.broken = {}, [], [], False
        self.records = {}
        self.recorded = True

    def lay(self, folder, name, body):
        if self.broken:
            raise ServiceBusyError("no bench")
        file = File("outbox", folder + name, None, name, len(body), "", datetime.now(UTC), folder)
        self.laid[file.file_id] = file
        golden = next(each for group in EXECUTED.values() for each in group if each.name == name)
        self.records[file.file_id] = {"status": str(golden.status)} | _nested(golden.facts)
        return file

    def record_of(self, file):
        return self.records[file.file_id] if self.recorded else {"status": Status.CLAIMED}

    def clear(self, folder, files):
        self.cleared.append((folder, files))

    def remove(self, result):
        self.removed.append(result)


class FakeVersions:
    """Answers as a version that has nothing to find fault with, or as it is told."""

    def __init__(self):
        self.invoked, self.answers = [], []

    def invoke(self, version, event):
        self.invoked.append((version, event))
        answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, Exception):
            raise answer
        if answer is not None:
            return answer
        return NOTHING_FAILED if "Records" in event else event | {"files": []}


class FakeDeployments:
    def __init__(self, function=PROFILE_CSV):
        self.function, self.reports = function, []

    def version_of(self, deployment_id):
        if deployment_id == "unknown":
            raise ServiceBusyError("CodeDeploy does not answer")
        return self.function, "7"

    def report(self, deployment_id, hook_id, *, passed):
        self.reports.append((deployment_id, hook_id, passed))


def a_checker(journal=None):
    """Make a checker over fakes, for a version that has nothing to find fault with."""
    return ReleaseChecker(
        "sluice", FakeVersions(), FakeBench(), FakeDeployments(), journal or FakeJournal(), lambda _: None
    )


def _nested(facts):
    tree = {}
    for path, value in facts.items():
        *above, last = path.split(".")
        place = tree
        for name in above:
            place = place.setdefault(name, {})
        place[last] = value
    return tree


class FakeMachines:
    """State machines whose executions do their work, or what a test says of them."""

    def __init__(self, bench):
        self.bench, self.live = bench, ""
        self.started, self.stopped, self.endings = [], [], []
        self.never_ends = False

    def is_live(self, version):
        if version == "unknown":
            raise ServiceBusyError("Step Functions does not answer")
        return version == self.live

    def start(self, version, name, given):
        self.started.append((version, name, given))
        return name

    def ended(self, execution):
        if self.never_ends:
            return None
        if self.endings:
            return self.endings.pop(0)
        return Ended("SUCCEEDED", {"counts": {"versions": 0}, "report": f"reports/sweeps/{execution}.json"})

    def stop(self, execution):
        self.stopped.append(execution)


class FakeAnswers:
    def __init__(self):
        self.told = []

    def tell(self, change, faults):
        self.told.append((change.version, list(faults)))


def a_machine_checker(journal=None):
    """Make a checker over fakes, for a version that has nothing to find fault with."""
    bench, clock = FakeBench(), iter(range(10_000))
    return MachineChecker(
        FakeMachines(bench),
        bench,
        FakeAnswers(),
        journal or FakeJournal(),
        lambda: float(next(clock)),
        lambda _: None,
    )
