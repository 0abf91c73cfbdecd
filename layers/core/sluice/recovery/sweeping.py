"""Use case: compare the inbox with the catalogue, and mend what differs."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sluice.ports.journal import Journal
from sluice.recovery.dead_letters import lane_hint
from sluice.recovery.freeing import Freer
from sluice.recovery.ports import Arrivals, Known, Register
from sluice.recovery.sweep_ports import Inventory, Listing, Reports
from sluice.recovery.sweeps import Listed, Part, SweepPart, between

EXAMPLES = 20
SEGMENTS = 4
DEEPEST = 5  # levels of folders that planning looks into

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
        """Return the parts of a sweep like *wanted*: they may run in any order and at the same time."""
        prefixes = self.listing.prefixes(wanted.prefix)
        for _ in range(DEEPEST):
            if len(prefixes) != 1:
                break
            prefixes = self.listing.prefixes(prefixes[0])
        ranges = between(prefixes, parts)
        return [
            replace(wanted, part=Part.STUCK),
            replace(wanted, part=Part.UNANNOUNCED),
            *(replace(wanted, part=Part.LISTING, after=after, until=until) for after, until in ranges),
            *(
                replace(wanted, part=Part.GONE, segment=number, segments=SEGMENTS)
                for number in range(SEGMENTS if gone else 0)
            ),
        ]

    def sweep(self, part: SweepPart, enough: Enough) -> tuple[SweepPart, bool]:
        """Go on with *part* until it is done or there is *enough*; return how far it is, and whether done."""
        steps = {Part.STUCK: self._stuck, Part.UNANNOUNCED: self._unannounced}
        if step := steps.get(part.part):
            return step(part), True
        page = self._list_page if part.part == Part.LISTING else self._gone_page
        done = False
        while not done and part.room != 0:
            part, done = page(part)
            if enough():
                break
        return part, done or part.room == 0

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
            if part.room == 0:
                break
            if file.key.startswith(part.prefix):
                if not part.dry_run:
                    lost = not state.is_released
                    self.freer.free_file(file, state, processor=processor, status="LOST", lost=lost)
                part = part.counted(freed=1)
        return part

    def _unannounced(self, part: SweepPart) -> SweepPart:
        before = self.now() - timedelta(seconds=part.grace_seconds)
        count = self.inventory.unannounced(before=before)
        if not part.dry_run:
            count = self.register.announce_again(before=before)
        return part.counted(announced_again=count)

    def _list_page(self, part: SweepPart) -> tuple[SweepPart, bool]:
        page = self.listing.versions(part.prefix, after=part.after, after_version=part.after_version)
        within = [listed for listed in page.versions if part.covers(listed.file.key)]
        known = self.register.known([listed.file.file_id for listed in within])
        looked_at, missing = self._missing(within, known, part)
        restored = self._restored(within, known, part)
        taken = missing if part.room is None else missing[: part.room]
        if taken and not part.dry_run:
            files = [(listed.file, lane_hint(listed.file)) for listed in taken]
            self.arrivals.put_back(files, reason="sweep")
        keys = [listed.file.key for listed in taken]
        part = part.counted(versions=len(within), looked_at=looked_at, taken_in=len(taken), restored=restored)
        part = replace(part, examples=[*part.examples, *keys][:EXAMPLES])
        if len(taken) < len(missing):
            return part, False  # who goes on begins with this page again
        if page.next is None or len(within) < len(page.versions):
            return part, True
        return replace(part, after=page.next[0], after_version=page.next[1]), False

    def _missing(
        self, listed: list[Listed], known: Mapping[str, Known], part: SweepPart
    ) -> tuple[int, list[Listed]]:
        """Return how many versions were compared, and those that were never recorded."""
        youngest = self.now() - timedelta(seconds=part.grace_seconds)
        meant = [
            each
            for each in listed
            if each.file.uploaded_at <= youngest
            and (each.is_latest or not part.current_only)
            and (each.is_latest or each.file.version_id)  # a replaced version without id cannot be read
        ]
        return len(meant), [each for each in meant if each.file.file_id not in known]

    def _restored(self, listed: list[Listed], known: Mapping[str, Known], part: SweepPart) -> int:
        """Take the mark of deletion from versions that are there and that no marker hides."""
        latest = [each.file.file_id for each in listed if each.is_latest]
        back = [file_id for file_id in latest if file_id in known and known[file_id].deleted]
        if not part.dry_run:
            for file_id in back:
                self.inventory.restore(file_id)
        return len(back)

    def _gone_page(self, part: SweepPart) -> tuple[SweepPart, bool]:
        files, token = self.inventory.settled(part.prefix, part.segment, part.segments, part.token)
        gone = self.listing.missing(files)
        gone = gone if part.room is None else gone[: part.room]
        if not part.dry_run:
            for file in gone:
                self.inventory.mark_deleted(file.file_id, at=self.now(), how="found gone")
        return replace(part.counted(checked=len(files), gone=len(gone)), token=token), token is None
