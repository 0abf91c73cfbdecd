"""The digest: what became of the files of some hours, in one mail."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sluice.announcing.announcements import Announcement
from sluice.announcing.lines import one_line
from sluice.outcomes import Status

ORDER = (Status.FAILED, Status.ERROR, Status.SKIPPED, Status.SUCCESS)  # what needs somebody comes first
NAMES_SHOWN = 3  # of each status in each folder
NAME_CHARACTERS = 80  # of each name; with all that is shown, a digest stays below the 256 KiB that SNS takes
FOLDERS_SHOWN = 50
FOLDERS_KEPT = 1000  # what further folders hold is counted together, so that memory stays bounded
ELSEWHERE = "other folders"


@dataclass(frozen=True, slots=True)
class Entry:
    """One outcome, as the digest counts it."""

    id: str
    """The announcement's: an outcome that is announced twice is counted once."""
    status: str
    processor: str
    folder: str
    file_name: str
    mailed: bool
    """Whether a mail of its own went out."""

    @classmethod
    def of(cls, announcement: Announcement, *, mailed: bool) -> "Entry":
        """Return the entry of an announced outcome."""
        return cls(
            announcement.id,
            announcement.status,
            announcement.processor,
            announcement.folder,
            announcement.file_name,
            mailed,
        )


@dataclass(slots=True)
class _Group:
    """The outcomes of one status in one folder by one processor."""

    count: int = 0
    unmailed: int = 0
    names: list[str] = field(default_factory=list)

    def add(self, entry: Entry) -> None:
        self.count += 1
        self.unmailed += not entry.mailed
        if len(self.names) < NAMES_SHOWN:
            self.names.append(entry.file_name)

    def line(self, status: str) -> str:
        names = ", ".join(_short(name) for name in self.names)
        more = f" and {self.count - len(self.names):,} more" if self.count > len(self.names) else ""
        aside = ""
        if status in (Status.ERROR, Status.FAILED) and self.unmailed:
            aside = f" ({self.unmailed:,} without a mail of their own)"
        return f"  {self.count:,} {status}{aside}: {names}{more}"


class Digest:
    """Counts entries by folder, processor and status as they come; holds some names of each."""

    def __init__(self, since: datetime, until: datetime) -> None:
        self._since, self._until = since, until
        self._folders: dict[tuple[str, str], dict[str, _Group]] = {}
        self._totals: Counter[str] = Counter()

    def add(self, entries: Iterable[Entry]) -> None:
        """Count some more."""
        for entry in entries:
            place = (entry.folder, entry.processor)
            if place not in self._folders and len(self._folders) >= FOLDERS_KEPT:
                place = (ELSEWHERE, "")
            self._folders.setdefault(place, {}).setdefault(entry.status, _Group()).add(entry)
            self._totals[entry.status] += 1

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing came."""
        return not self._totals

    @property
    def subject(self) -> str:
        """How many files there were, and how they ended."""
        return f"[digest] {_files(self._totals.total())}: {self._counts()}"

    @property
    def text(self) -> str:
        """The counts of each folder with some names, the folders with the most files first."""
        span = f"{self._since:%Y-%m-%d %H:%M} to {self._until:%Y-%m-%d %H:%M} UTC"
        lines = [f"{_files(self._totals.total())} from {span}: {self._counts()}."]
        ranked = sorted(self._folders.items(), key=lambda item: -sum(g.count for g in item[1].values()))
        for (folder, processor), groups in ranked[:FOLDERS_SHOWN]:
            place = _short(folder) or "(top of the bucket)"
            lines += ["", f"{place}{f' ({processor})' if processor else ''}"]
            lines += [groups[status].line(status) for status in ORDER if status in groups]
        if len(ranked) > FOLDERS_SHOWN:
            lines += ["", f"and {len(ranked) - FOLDERS_SHOWN:,} more folders"]
        return "\n".join(lines)

    def _counts(self) -> str:
        return ", ".join(f"{self._totals[status]:,} {status}" for status in ORDER if self._totals[status])


def _short(name: str) -> str:
    line = one_line(name)
    return line if len(line) <= NAME_CHARACTERS else line[: NAME_CHARACTERS - 1] + "…"


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count:,} files"
