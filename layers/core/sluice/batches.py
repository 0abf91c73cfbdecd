"""A batch: some files of one processor that one execution handles together."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from sluice.files import File

MAX_FILES = 10
MAX_BYTES = 64 * 1024 * 1024  # of files in one batch; a larger file travels alone


@dataclass(frozen=True, slots=True)
class Task:
    """A file that was claimed for processing."""

    file: File
    attempt: int
    """Number of the claim and its fencing token: only the newest attempt may record an outcome."""


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
        files = [task.file.to_json() | {"attempt": task.attempt} for task in self.tasks]
        ids = [task.file.file_id for task in self.tasks]
        return {
            "processor": self.processor,
            "files": [{"file_id": file_id} | file for file_id, file in zip(ids, files, strict=True)],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote."""
        return cls(
            data["processor"],
            tuple(Task(File.from_json(item), int(item["attempt"])) for item in data["files"]),
        )


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
