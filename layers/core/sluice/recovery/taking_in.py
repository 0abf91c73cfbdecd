"""Use case: take in the versions of the inbox that the catalogue does not know."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sluice.recovery.dead_letters import likely_rule
from sluice.recovery.ports import Arrivals, Known, Register
from sluice.recovery.sweep_ports import Inventory, Listing
from sluice.recovery.sweeps import EXAMPLES, Listed, SweepPart

NO_VERSION = "null"  # the version of what S3 keeps without versions


@dataclass(frozen=True, slots=True)
class TakingIn:
    """Goes through a listing; see `take_page`."""

    listing: Listing
    inventory: Inventory
    register: Register
    arrivals: Arrivals
    now: Callable[[], datetime]

    def take_page(self, part: SweepPart) -> tuple[SweepPart, bool]:
        """Take in what one page lists; return how far the part is, and whether it was the last page."""
        page = self.listing.versions(part.prefix, after=part.after, after_version=part.after_version)
        within = [listed for listed in page.versions if part.covers(listed.file.key)]
        known = self.register.known([listed.file.file_id for listed in within])
        is_meant = self._meant_by(part)
        missing = [listed for listed in within if is_meant(listed) and listed.file.file_id not in known]
        if part.room is not None and len(missing) > part.room:
            return self._take_some(part, within, missing[: part.room], known), False
        part = self._take(part, within, missing, known)
        if page.next is None or len(within) < len(page.versions):
            return part, True
        return replace(part, after=page.next[0], after_version=page.next[1]), False

    def _take_some(
        self, part: SweepPart, within: list[Listed], taken: list[Listed], known: Mapping[str, Known]
    ) -> SweepPart:
        """Stop in the middle of a page, behind what the limit allows."""
        if not taken:
            return part
        last = taken[-1]
        part = self._take(part, within[: within.index(last) + 1], taken, known)
        return replace(part, after=last.file.key, after_version=last.file.version_id or NO_VERSION)

    def _take(
        self, part: SweepPart, looked_at: list[Listed], taken: list[Listed], known: Mapping[str, Known]
    ) -> SweepPart:
        if taken and not part.dry_run:
            files = [(listed.file, likely_rule(listed.file).lane) for listed in taken]
            self.arrivals.put_back(files, reason="sweep")
        part = part.counted(
            versions=len(looked_at),
            looked_at=sum(map(self._meant_by(part), looked_at)),
            young=sum(not self._is_old(listed, part) for listed in looked_at),
            taken_in=len(taken),
            restored=self._restore(looked_at, known, part),
        )
        return replace(part, examples=[*part.examples, *(listed.file.key for listed in taken)][:EXAMPLES])

    def _meant_by(self, part: SweepPart) -> Callable[[Listed], bool]:
        """Return what tells of a version whether the part is to take it in, if it was never recorded."""
        return lambda listed: (
            self._is_old(listed, part)
            and self._is_remembered(listed, part)
            and (listed.is_latest or not part.current_only)
            and (listed.is_latest or bool(listed.file.version_id))  # a replaced one without id cannot be read
        )

    def _is_old(self, listed: Listed, part: SweepPart) -> bool:
        return listed.file.uploaded_at <= self.now() - timedelta(seconds=part.grace_seconds)

    def _is_remembered(self, listed: Listed, part: SweepPart) -> bool:
        return part.days is None or listed.file.uploaded_at > self.now() - timedelta(days=part.days)

    def _restore(self, versions: list[Listed], known: Mapping[str, Known], part: SweepPart) -> int:
        """Take the mark of deletion from versions that are there and that no marker hides."""
        latest = [listed.file.file_id for listed in versions if listed.is_latest]
        back = [file_id for file_id in latest if file_id in known and known[file_id].deleted]
        if not part.dry_run:
            for file_id in back:
                self.inventory.restore(file_id)
        return len(back)
