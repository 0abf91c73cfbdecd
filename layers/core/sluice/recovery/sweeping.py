"""Use case: compare the inbox with the catalogue, and mend what differs."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sluice.ports.journal import Journal
from sluice.recovery.freeing import Freer
from sluice.recovery.planning import Cartographer, between
from sluice.recovery.ports import Arrivals, Register
from sluice.recovery.sweep_ports import Inventory, Listing, Reports
from sluice.recovery.sweeps import EXAMPLES, Part, SweepPart
from sluice.recovery.taking_in import TakingIn

SEGMENTS = 4

Enough = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Sweeper:
    """Sweeps; see `plan`, `sweep` and `report`."""

    listing: Listing
    inventory: Inventory
    register: Register
    arrivals: Arrivals
    freer: Freer
    reports: Reports
    journal: Journal
    now: Callable[[], datetime]

    def plan(self, wanted: SweepPart, *, parts: int, gone: bool) -> list[SweepPart]:
        """
        Return the parts of a sweep like *wanted*: they may run in any order and at the same time.

        With a limit there is one part of each kind, which counts for itself. Outcomes that are unannounced
        have no prefix that could be looked for, so a sweep with one leaves them.
        """
        limited = wanted.limit is not None
        bounds = [] if limited else Cartographer(self.listing).bounds(wanted.prefix, parts)
        segments = 1 if limited else SEGMENTS
        return [
            replace(wanted, part=Part.STUCK),
            *([] if wanted.prefix else [replace(wanted, part=Part.UNANNOUNCED)]),
            *(
                replace(wanted, part=Part.LISTING, after=after, until=until)
                for after, until in between(bounds, parts)
            ),
            *(
                replace(wanted, part=Part.GONE, segment=number, segments=segments)
                for number in range(segments if gone else 0)
            ),
        ]

    def sweep(self, part: SweepPart, enough: Enough) -> tuple[SweepPart, bool]:
        """
        Go on with *part* until it is done or there is *enough*; return how far it is, and whether done.

        A part that its limit ended is done and not whole: with a higher limit it goes on where it was.
        """
        steps = {Part.STUCK: self._stuck, Part.UNANNOUNCED: self._unannounced}
        if step := steps.get(part.part):
            return step(part), True
        taking_in = TakingIn(self.listing, self.inventory, self.register, self.arrivals, self.now)
        page = taking_in.take_page if part.part == Part.LISTING else self._gone_page
        whole = False
        while not whole and part.room != 0:
            part, whole = page(part)
            if enough():
                break
        return replace(part, is_whole=whole), whole or part.room == 0

    def report(self, parts: Iterable[SweepPart], about: Mapping[str, Any]) -> dict[str, Any]:
        """Add up what the parts counted; keep it as a report and as metrics."""
        total = SweepPart(part=Part.LISTING)
        examples: list[str] = []
        for part in parts:
            total = total.counted(**part.counts)
            examples += part.examples
        facts = {"counts": dict(total.counts), "examples": examples[:EXAMPLES]}
        ended = self.now().isoformat()
        key = self.reports.keep(f"reports/sweeps/{ended}.json", dict(about) | facts | {"ended_at": ended})
        if not about.get("dry_run"):
            for name, number in total.counts.items():
                self.journal.counted("Sweep" + name.title().replace("_", ""), number)
        return facts | {"report": key}

    def _stuck(self, part: SweepPart) -> SweepPart:
        before = self.now() - timedelta(seconds=part.grace_seconds)
        for file, state, processor in self.inventory.unfinished(before=before):
            if not file.key.startswith(part.prefix):
                continue
            if part.room == 0:
                return part
            if not part.dry_run:
                lost = not state.is_released
                self.freer.free_file(file, state, processor=processor, status="LOST", lost=lost)
            part = part.counted(freed=1)
        return replace(part, is_whole=True)

    def _unannounced(self, part: SweepPart) -> SweepPart:
        before = self.now() - timedelta(seconds=part.grace_seconds)
        count = self.inventory.unannounced(before=before)
        if not part.dry_run:
            count = self.register.announce_again(before=before)
        return replace(part.counted(announced_again=count), is_whole=True)

    def _gone_page(self, part: SweepPart) -> tuple[SweepPart, bool]:
        files, token = self.inventory.settled(part.prefix, part.segment, part.segments, part.token)
        gone = self.listing.missing(files)
        marked = gone if part.room is None else gone[: part.room]
        if not part.dry_run:
            for file in marked:
                self.inventory.mark_deleted(file.file_id, at=self.now(), how="found gone")
        part = part.counted(gone=len(marked))
        if len(marked) < len(gone):
            return part, False  # who goes on begins with this page again, of which these are marked
        return replace(part.counted(checked=len(files)), token=token), token is None
