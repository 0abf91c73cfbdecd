"""A sweep as the command line drives it: its parts, how far they are, and where that is kept."""

import json
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, Self

from cli.errors import CommandError

PAGES = 20  # of a thousand versions, between two signs of progress
ACTED_ON = ("taken_in", "freed", "gone")  # what a limit counts

Part = dict[str, Any]


class Client(Protocol):
    """The stack, as far as a sweep needs it."""

    def invoke(self, output: str, request: dict[str, Any]) -> Any:
        """Invoke the function whose ARN is an output, and return its answer."""
        ...


@dataclass
class Sweep:
    """One sweep: what was asked for, the parts that are whole, and those that are open as far as they are."""

    about: dict[str, Any]
    open: list[Part]
    whole: list[Part] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    """Why parts stopped before their time, in this run."""

    @property
    def parts(self) -> list[Part]:
        """All parts, as far as they are."""
        return [*self.whole, *self.open]

    def count(self, name: str) -> int:
        """Add up what all parts counted under a name."""
        return sum(part["counts"].get(name, 0) for part in self.parts)

    def raise_limit(self, limit: int | None) -> None:
        """Let each open part act on as many files again as *limit* says."""
        for part in self.open:
            done = sum(part["counts"].get(name, 0) for name in ACTED_ON)
            part["limit"] = None if limit is None else done + limit


class Book:
    """Where the sweep that is going on is kept, so that it can be gone on with however it ended."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def keep(self, sweep: Sweep) -> None:
        """Write it down; a reader sees all of it or what was there before."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        draft = self._path.with_suffix(".draft")
        facts = {"about": sweep.about, "open": sweep.open, "whole": sweep.whole}
        draft.write_text(json.dumps(facts), encoding="utf-8")
        draft.replace(self._path)

    def forget(self) -> None:
        """Forget it, being done."""
        self._path.unlink(missing_ok=True)

    def find(self, inbox: str) -> Sweep:
        """Return the sweep of this inbox that is not done; raise CommandError where there is none."""
        with suppress(OSError, ValueError, KeyError, TypeError):
            facts = json.loads(self._path.read_text(encoding="utf-8"))
            if facts["about"]["inbox"] == inbox:
                return Sweep(facts["about"], facts["open"], facts["whole"])
        raise CommandError("There is no sweep to go on with: begin one with `sluice reconcile`.")


class Driver:
    """Goes on with a sweep, some parts at once; a context, so that what was begun is waited for."""

    def __init__(self, client: Client, sweep: Sweep, book: Book) -> None:
        self._client = client
        self._sweep = sweep
        self._book = book
        self._waiting = list(sweep.open)
        self._running: dict[Future[Any], Part] = {}
        self._pool = ThreadPoolExecutor(max(1, len(sweep.open)))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Take what the invocations that were begun still answer: interrupted, no page is done twice."""
        self._waiting.clear()
        while self._running:
            self._take_some()
        self._pool.shutdown()

    def go_on(self, parallel: int) -> bool:
        """Wait for some part to get on; tell whether there is more to do."""
        while self._waiting and len(self._running) < parallel:
            part = self._waiting.pop(0)
            request = {"part": part, "pages": PAGES}
            self._running[self._pool.submit(self._client.invoke, "ReconcileFunctionArn", request)] = part
        if self._running:
            self._take_some()
        return bool(self._waiting or self._running)

    def _take_some(self) -> None:
        for future in wait(self._running, return_when=FIRST_COMPLETED).done:
            self._take(self._running.pop(future), future)
        self._book.keep(self._sweep)

    def _take(self, before: Part, future: Future[Any]) -> None:
        try:
            answer = future.result()
        except CommandError as error:  # the other parts go on, and this one with --resume
            self._sweep.troubles.append(str(error))
            return
        part = answer["part"]
        number = self._sweep.open.index(before)
        if answer["done"] and part.get("is_whole", True):
            del self._sweep.open[number]
            self._sweep.whole.append(part)
            return
        self._sweep.open[number] = part
        if not answer["done"]:
            self._waiting.append(part)
