"""A batch: some files of one processor that one execution handles together."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from sluice.files import File
from sluice.references import Reference

MAX_FILES = 10
MAX_BYTES = 64 * 1024 * 1024  # of files in one batch; a larger file travels alone


@dataclass(frozen=True, slots=True)
class Task:
    """A file that was claimed for processing."""

    file: File
    attempt: int
    """Number of the claim and its fencing token: only the newest attempt may record an outcome."""
    rule: Reference | None = None
    """The rule that decided; None in a batch of a release that named none."""
    contract: Reference | None = None
    """The contract that the file is held against; None where its rule names none."""

    def to_json(self) -> dict[str, Any]:
        """Return the file with its claim and its references, as an element of a batch's `files`."""
        references = {"rule": self.rule, "contract": self.contract}
        return (
            {"file_id": self.file.file_id}
            | self.file.to_json()
            | {"attempt": self.attempt}
            | {name: each.to_json() for name, each in references.items() if each}
        )

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote, in this release or the one before."""
        references = {
            name: Reference.from_json(data[name]) for name in ("rule", "contract") if data.get(name)
        }
        return cls(File.from_json(data), int(data["attempt"]), **references)


@dataclass(frozen=True, slots=True)
class Batch:
    """The input of one execution; it holds references only."""

    processor: str
    tasks: tuple[Task, ...]

    @property
    def execution_name(self) -> str:
        """The same tasks make the same name, and a new attempt a new one: names are spent for 90 days."""
        claims = sorted(f"{task.file.file_id}:{task.attempt}" for task in self.tasks)
        return hashlib.sha256(json.dumps(claims).encode()).hexdigest()[:64]  # Step Functions takes 80

    def to_json(self) -> dict[str, Any]:
        """Return the form that travels through the state machine."""
        return {"processor": self.processor, "files": [task.to_json() for task in self.tasks]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote."""
        return cls(data["processor"], tuple(Task.from_json(item) for item in data["files"]))


def group(processor: str, tasks: Iterable[Task]) -> Iterator[Batch]:
    """Yield batches of at most MAX_FILES files and MAX_BYTES bytes, in the order of *tasks*."""
    waiting: list[Task] = []
    size = 0
    for task in tasks:
        if waiting and (len(waiting) == MAX_FILES or size + task.file.size > MAX_BYTES):
            yield Batch(processor, tuple(waiting))
            waiting, size = [], 0
        waiting.append(task)
        size += task.file.size
    if waiting:
        yield Batch(processor, tuple(waiting))
