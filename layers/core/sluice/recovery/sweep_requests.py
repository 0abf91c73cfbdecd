"""The requests that `reconcile` takes: a plan, a part, a report."""

from collections.abc import Callable, Mapping
from typing import Any

from sluice.errors import UnexpectedEventError
from sluice.recovery.sweeping import Sweeper
from sluice.recovery.sweeps import Part, SweepPart

PARTS = 32
MOST_PARTS = 200  # whose counts fit into the 256 KiB that a state may hold


def answer(request: Mapping[str, Any], sweeper: Sweeper, out_of_time: Callable[[], bool]) -> dict[str, Any]:
    """
    Answer a request by what it holds; raise UnexpectedEventError for another shape.

    `plan` (what to sweep) -> `parts`; `part` and perhaps `pages` -> `part` and `done`, where `done` is false
    the answer is the next request; `parts` and `about` -> the report.
    """
    if isinstance(plan := request.get("plan"), dict):
        return _plan(plan, sweeper)
    if isinstance(request.get("part"), dict):
        return _sweep(request, sweeper, out_of_time)
    if isinstance(parts := request.get("parts"), list):
        return sweeper.report(map(SweepPart.from_json, parts), request.get("about") or {})
    raise UnexpectedEventError("this is no request for a sweep: it has neither plan nor part nor parts")


def _plan(plan: Mapping[str, Any], sweeper: Sweeper) -> dict[str, Any]:
    wanted = SweepPart.from_json(dict(plan) | {"part": Part.LISTING})
    count = min(int(plan.get("parts", PARTS)), MOST_PARTS)
    parts = sweeper.plan(wanted, parts=count, gone=bool(plan.get("gone")))
    return {"parts": [part.to_json() for part in parts], "about": dict(plan)}


def _sweep(request: Mapping[str, Any], sweeper: Sweeper, out_of_time: Callable[[], bool]) -> dict[str, Any]:
    part = SweepPart.from_json(request["part"])
    pages = request.get("pages", part.pages)
    looked = 0

    def enough() -> bool:
        nonlocal looked
        looked += 1
        return out_of_time() or (pages is not None and looked >= pages)

    part, done = sweeper.sweep(part, enough)
    return {"part": part.to_json(), "done": done} | ({"pages": pages} if "pages" in request else {})
