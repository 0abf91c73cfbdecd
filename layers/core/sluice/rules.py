"""Which files go to which processor, and in which lane they wait."""

from collections.abc import Sequence
from dataclasses import dataclass

from sluice.files import File

PROFILE_CSV = "profile_csv"
PROCESS_IMAGE = "process_image"
INSPECT_FILE = "inspect_file"
IMAGES = (".jpg", ".jpeg", ".png", ".webp", ".avif", ".gif")


@dataclass(frozen=True, slots=True)
class Rule:
    """One decision: the files it matches, and what becomes of them."""

    name: str
    suffixes: tuple[str, ...] = ()
    """Endings of the name in lower case with their dot; none matches every file."""
    folders_only: bool = False
    """Matches only the empty objects, keyed `…/`, that consoles show as folders."""
    processor: str | None = None
    """None skips the file: recorded with `reason`, not processed."""
    lane: str = "other"
    reason: str = ""

    def matches(self, file: File) -> bool:
        """Tell whether this rule decides about *file*."""
        if self.folders_only:
            return file.key.endswith("/")
        return not self.suffixes or file.suffix in self.suffixes


DEFAULT_RULES = (
    Rule("folder-markers", folders_only=True, reason="The object only marks a folder."),
    Rule("tables", suffixes=(".csv", ".tsv"), processor=PROFILE_CSV, lane="csv"),
    Rule("images", suffixes=IMAGES, processor=PROCESS_IMAGE, lane="image"),
    Rule("everything-else", processor=INSPECT_FILE),
)


def rule_for(file: File, rules: Sequence[Rule]) -> Rule:
    """Return the first rule that matches *file*; the last of *rules* matches everything."""
    return next(rule for rule in rules if rule.matches(file))
