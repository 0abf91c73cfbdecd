"""Use case: tell whether a new version does what the golden files say, before people's files meet it."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from sluice.batches import Batch, Task
from sluice.errors import ServiceBusyError, VersionFailedError
from sluice.files import RELEASE_CHECKS, File
from sluice.ports.journal import Journal
from sluice.release.golden import EVENTS, FILES, RULES, GoldenFile
from sluice.release.ports import Bench, Deployments, Versions

THROTTLED_TRIES = 8  # with the pauses below about two minutes, within the hook's 300 s
FIRST_PAUSE = 1.0  # seconds, doubled after each try


@dataclass(frozen=True, slots=True)
class ReleaseChecker:
    """Checks versions; see `check` and `judge`."""

    stack_name: str
    versions: Versions
    bench: Bench
    deployments: Deployments
    journal: Journal
    sleep: Callable[[float], None]

    def judge(self, deployment_id: str, hook_id: str) -> list[str]:
        """
        Check the version of a deployment and report the verdict; return what is wrong with it.

        Any doubt is a failure: also a check that cannot be made.
        """
        try:
            function, version = self.deployments.version_of(deployment_id)
            faults = self.check(function, version)
        except Exception as error:  # noqa: BLE001  whatever happens, the deployment must hear of it
            self.journal.failed("release not checked", {"deployment_id": deployment_id})
            faults = [f"The check itself failed: {type(error).__name__}."]
        self.journal.noted("release checked", {"deployment_id": deployment_id, "faults": faults})
        self.deployments.report(deployment_id, hook_id, passed=not faults)
        return faults

    def check(self, function: str, version: str) -> list[str]:
        """Return a sentence for everything that the version does otherwise than it should."""
        name = golden_name(function, self.stack_name)
        if name not in EVENTS and name not in FILES:
            return [f"{function} has no golden files or events."]
        target = f"{function}:{version}"
        return [*self._with_events(name, target), *self._with_files(name, target)]

    def _with_events(self, name: str, target: str) -> Iterator[str]:
        if name in EVENTS:
            event, expected = EVENTS[name]
            answer = self._invoke(target, event)
            if answer != expected:
                yield f"{name} answered {answer!r} instead of {expected!r}."

    def _with_files(self, name: str, target: str) -> Iterator[str]:
        folder = f"{RELEASE_CHECKS}{uuid4()}/"
        laid: list[tuple[GoldenFile, File]] = []
        try:
            for golden in FILES.get(name, ()):
                file = self.bench.lay(folder, golden.name, golden.body)
                laid.append((golden, file))  # one by one, for those before a fault are cleared too
            if laid:
                yield from self._processed(name, target, laid)
        finally:
            self.bench.clear(folder, tuple(file for _, file in laid))

    def _processed(self, name: str, target: str, laid: list[tuple[GoldenFile, File]]) -> Iterator[str]:
        batch = Batch(name, tuple(Task(file, attempt=1, rule=RULES[name]) for _, file in laid))
        answer = self._invoke(target, batch.to_json())
        if isinstance(answer, str) or answer.get("files"):
            yield f"{name} did not process its golden files: {answer!r}."
            return
        for golden, file in laid:
            yield from differences(golden, self.bench.record_of(file))

    def _invoke(self, target: str, event: Mapping[str, Any]) -> Mapping[str, Any] | str:
        """Return the version's answer; as text, why there is none."""
        pause = FIRST_PAUSE
        for _ in range(THROTTLED_TRIES - 1):
            try:
                return self.versions.invoke(target, event)
            except ServiceBusyError:
                self.sleep(pause)
                pause *= 2
            except VersionFailedError as error:
                return str(error)
        return self.versions.invoke(target, event)


def golden_name(function: str, stack_name: str) -> str:
    """
    Return the name that golden inputs have for a function: `profile_csv` of `sluice-ProfileCsvFunction-1A2B`.

    CloudFormation makes such names of stack, logical id and a suffix.
    """
    logical_id = function.removeprefix(f"{stack_name}-").split("-")[0].removesuffix("Function")
    return re.sub(r"(?<!^)(?=[A-Z])", "_", logical_id).lower()


def differences(golden: GoldenFile, item: Mapping[str, Any]) -> Iterator[str]:
    """Yield a sentence for everything that the catalogue says otherwise than it should."""
    if item.get("status") != golden.status:
        yield f"{golden.name} ended as {item.get('status')} instead of {golden.status}."
    for path, expected in golden.facts.items():
        if (found := _fact(item, path)) != expected:
            yield f"{golden.name} has {path} {found!r} instead of {expected!r}."


def _fact(item: Any, path: str) -> Any:
    for name in path.split("."):
        item = item.get(name) if isinstance(item, Mapping) else None
    return item
