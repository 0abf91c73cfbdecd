"""A batch: some files of one processor that one execution handles together."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from sluice.files import File
from sluice.moments import SECOND, to_microseconds, to_moment
from sluice.rules.references import Reference

MAX_FILES = 10
MAX_BYTES = 64 * 1024 * 1024  # of files in one batch; a larger file travels alone
MAX_INPUT_BYTES = 60 * 1024  # of an execution's input: ours is 64 KiB, and failures add their cause
BETWEEN = 2  # bytes for each file of a list: a comma and a space, or the two brackets
# Microseconds that a processor waits for its next file. In 4.5 s, 1 GB costs as much as the three transitions
# that waiting saves ($25 a million, against $16.67 per million GB-seconds), and most have half of that.
MAX_WAIT = 5 * SECOND


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
    slot: int | None = None
    """Microseconds before which the file may not start; None where it has yet to be given one."""

    def to_json(self) -> dict[str, Any]:
        """Return the file with its claim and its references, as an element of a batch's `files`."""
        references = {"rule": self.rule, "contract": self.contract}
        return (
            {"file_id": self.file.file_id}
            | self.file.to_json()
            | {"attempt": self.attempt}
            | {name: each.to_json() for name, each in references.items() if each}
            | _written(self.slot)
        )

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote, in this release or the one before."""
        references = {
            name: Reference.from_json(data[name]) for name in ("rule", "contract") if data.get(name)
        }
        return cls(File.from_json(data), int(data["attempt"]), **references, slot=_read(data))


@dataclass(frozen=True, slots=True)
class Batch:
    """The input of one execution; it holds references only."""

    processor: str
    tasks: tuple[Task, ...]
    lane: str = ""
    """The lane that paces the files; empty in a batch of a release without pace."""
    slot: int | None = None
    """Microseconds before which nothing of it is due; None is now."""

    @property
    def execution_name(self) -> str:
        """The same tasks make the same name, and a new attempt a new one: names are spent for 90 days."""
        claims = sorted(f"{task.file.file_id}:{task.attempt}" for task in self.tasks)
        return hashlib.sha256(json.dumps(claims).encode()).hexdigest()[:64]  # Step Functions takes 80

    def to_json(self) -> dict[str, Any]:
        """Return the form that travels through the state machine."""
        files = [task.to_json() for task in self.tasks]
        return (
            {"processor": self.processor, "files": files}
            | ({"lane": self.lane} if self.lane else {})
            | _written(self.slot)
        )

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote."""
        tasks = tuple(Task.from_json(item) for item in data["files"])
        return cls(data["processor"], tasks, data.get("lane", ""), _read(data))


def group(processor: str, tasks: Iterable[Task], *, lane: str = "", most: int = MAX_FILES) -> Iterator[Batch]:
    """
    Yield batches in the order of *tasks*.

    A batch has at most *most* files and MAX_BYTES bytes, no wait of more than MAX_WAIT between two slots,
    and an input of MAX_INPUT_BYTES.
    """
    waiting: list[Task] = []
    size = 0  # bytes of their input
    for task in tasks:
        more = len(json.dumps(task.to_json(), ensure_ascii=False).encode()) + BETWEEN
        if waiting and not (_fits(waiting, task, most) and size + more <= MAX_INPUT_BYTES):
            yield Batch(processor, tuple(waiting), lane, waiting[0].slot)
            waiting, size = [], 0
        waiting.append(task)
        size += more
    if waiting:
        yield Batch(processor, tuple(waiting), lane, waiting[0].slot)


def _fits(waiting: list[Task], task: Task, most: int) -> bool:
    return (
        len(waiting) < min(most, MAX_FILES)
        and sum(each.file.size for each in waiting) + task.file.size <= MAX_BYTES
        and (task.slot or 0) - (waiting[-1].slot or 0) <= MAX_WAIT
    )


def _written(slot: int | None) -> dict[str, str]:
    """Return a slot as RFC 3339 in UTC, as a Wait state reads it."""
    return {} if slot is None else {"slot": f"{to_moment(slot):%Y-%m-%dT%H:%M:%S.%fZ}"}


def _read(data: Mapping[str, Any]) -> int | None:
    return to_microseconds(datetime.fromisoformat(data["slot"])) if data.get("slot") else None
