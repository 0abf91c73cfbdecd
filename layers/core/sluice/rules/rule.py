"""Which files go to which processor, how, and in which lane they wait."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import translate
from functools import cache
from typing import Any

from sluice.files import File
from sluice.rules.references import Reference

PROFILE_CSV = "profile_csv"
PROCESS_IMAGE = "process_image"
INSPECT_FILE = "inspect_file"
CUSTOM = "custom"  # the function that a team brought
PROCESSORS = (PROFILE_CSV, PROCESS_IMAGE, INSPECT_FILE, CUSTOM)
IMAGES = (".jpg", ".jpeg", ".png", ".webp", ".avif", ".gif", ".tif", ".tiff", ".heic", ".heif")


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """The files that a rule decides about: those that meet every condition that is set."""

    prefix: str = ""
    """The key begins with it."""
    suffixes: tuple[str, ...] = ()
    """The key ends with one of them, whatever the case."""
    glob: str = ""
    """The whole key looks like it; `*` also matches slashes. Case counts."""
    min_size: int | None = None
    """Bytes, inclusive."""
    max_size: int | None = None
    """Bytes, inclusive."""
    content_types: tuple[str, ...] = ()
    """What the sender declared, without its parameters; `image/*` stands for all images."""

    def covers(self, file: File, declared_type: Callable[[File], str]) -> bool:
        """Tell whether *file* meets every condition; *declared_type* is asked last, since it is a request."""
        return (
            file.key.startswith(self.prefix)
            and (not self.suffixes or file.key.lower().endswith(tuple(map(str.lower, self.suffixes))))
            and (not self.glob or _pattern(self.glob).match(file.key) is not None)
            and (self.min_size is None or file.size >= self.min_size)
            and (self.max_size is None or file.size <= self.max_size)
            and (not self.content_types or self._covers_type(declared_type(file)))
        )

    def _covers_type(self, declared: str) -> bool:
        found = declared.split(";", maxsplit=1)[0].strip().lower()
        wanted = map(str.lower, self.content_types)
        return any(
            found == pattern or (pattern.endswith("/*") and found.startswith(pattern[:-1]))
            for pattern in wanted
        )


@cache
def _pattern(glob: str) -> re.Pattern[str]:
    return re.compile(translate(glob))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One decision: the files it matches, and what becomes of them."""

    id: str
    """Stable and unique, like `tables`; a stored rule with the id of a default rule stands in its place."""
    version: int = 0
    """0 for the default rules that come with the code; stored ones count from 1."""
    name: str = ""
    """What people call it."""
    match: Match = Match()
    priority: int = 100
    """The lowest number decides; between equals, the id."""
    enabled: bool = True
    processor: str | None = None
    """None skips the file: recorded with `reason`, not processed."""
    lane: str = "other"
    options: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """What the processor is told beside the file."""
    contract: str | None = None
    """Id of the contract that tables are held against, in its latest version when the file is dispatched."""
    notifications: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """Who hears of the outcomes, where it differs from the stack's settings."""
    reason: str = ""
    """Why files are skipped, in a sentence."""

    @property
    def reference(self) -> Reference:
        """What names this version of the rule."""
        return Reference(self.id, self.version)


DEFAULT_RULES = (
    Rule(
        id="folder-markers",
        name="Folder markers",
        match=Match(suffixes=("/",)),
        priority=0,
        reason="The object only marks a folder.",
    ),
    Rule(
        id="tables",
        name="Tables",
        match=Match(suffixes=(".csv", ".tsv")),
        priority=900,
        processor=PROFILE_CSV,
        lane="csv",
    ),
    Rule(
        id="images",
        name="Images",
        match=Match(suffixes=IMAGES),
        priority=910,
        processor=PROCESS_IMAGE,
        lane="image",
    ),
    Rule(id="everything-else", name="Everything else", priority=1000, processor=INSPECT_FILE),
)
FALLBACK = DEFAULT_RULES[-1]


def matching(file: File, rules: Iterable[Rule], declared_type: Callable[[File], str]) -> Iterator[Rule]:
    """Yield the enabled rules that match *file*, the lowest priority number first; between equals, by id."""
    enabled = sorted((rule for rule in rules if rule.enabled), key=lambda rule: (rule.priority, rule.id))
    return (rule for rule in enabled if rule.match.covers(file, declared_type))


def rule_for(file: File, rules: Iterable[Rule], declared_type: Callable[[File], str]) -> Rule:
    """
    Return the enabled rule of the lowest priority number that matches *file*.

    Where none does, the default rule `everything-else` decides, so that no file vanishes unseen.
    """
    return next(matching(file, rules, declared_type), FALLBACK)


def default_rule(processor: str) -> Rule:
    """Return the default rule of *processor*, for batches of a release that named no rule."""
    return next(rule for rule in DEFAULT_RULES if rule.processor == processor)
