"""What a release check needs from outside."""

from collections.abc import Mapping
from typing import Any, Protocol

from sluice.files import File


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


class Deployments(Protocol):
    """Deployments that wait for a verdict."""

    def version_of(self, deployment_id: str) -> tuple[str, str]:
        """Return the name of the function that is being released, and its new version's number."""
        ...

    def report(self, deployment_id: str, hook_id: str, *, passed: bool) -> None:
        """Let the deployment go on, or roll it back."""
        ...
