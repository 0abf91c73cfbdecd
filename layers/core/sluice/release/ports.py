"""What a release check needs from outside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sluice.files import File
from sluice.release.requests import StackChange


class Versions(Protocol):
    """Published versions of functions."""

    def invoke(self, version: str, event: Mapping[str, Any]) -> Mapping[str, Any]:
        """
        Return what the version answers.

        Raises VersionFailedError for what it raises itself, and ServiceBusyError where it is throttled:
        it shares its concurrency with the traffic of the version before.
        """
        ...


class Bench(Protocol):
    """Where golden files are for the length of a check: out of sight, and gone afterwards."""

    def lay(self, folder: str, name: str, body: bytes) -> File:
        """Put a golden file down, claimed for its first attempt and marked as a release check."""
        ...

    def record_of(self, file: File) -> Mapping[str, Any]:
        """Return what the catalogue says of the file now."""
        ...

    def clear(self, folder: str, files: tuple[File, ...]) -> None:
        """Remove the files, all that was made of them, and what the catalogue says of them."""
        ...

    def remove(self, result: str) -> None:
        """Remove one object of the outbox that a golden execution made elsewhere."""
        ...


@dataclass(frozen=True, slots=True)
class Ended:
    """How an execution ended."""

    status: str
    """`SUCCEEDED`, or what Step Functions calls it otherwise."""
    output: Mapping[str, Any]
    error: str = ""


class Machines(Protocol):
    """Published versions of state machines."""

    def is_live(self, version: str) -> bool:
        """Tell whether the alias sends executions to the version already."""
        ...

    def start(self, version: str, name: str, given: Mapping[str, Any]) -> str:
        """Start an execution of the version, and return what names it."""
        ...

    def ended(self, execution: str) -> Ended | None:
        """Return how the execution ended; None while it runs."""
        ...

    def stop(self, execution: str) -> None:
        """End an execution that runs."""
        ...


class StackAnswers(Protocol):
    """The stack's update that waits for a verdict."""

    def tell(self, change: StackChange, faults: Sequence[str]) -> None:
        """Let the update go on, or roll it back where there are faults."""
        ...


class Deployments(Protocol):
    """Deployments that wait for a verdict."""

    def version_of(self, deployment_id: str) -> tuple[str, str]:
        """Return the name of the function that is being released, and its new version's number."""
        ...

    def report(self, deployment_id: str, hook_id: str, *, passed: bool) -> None:
        """Let the deployment go on, or roll it back."""
        ...
