"""Try rules on a file that need not exist."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sluice.files import File
from sluice.rules.rule import Rule, matching, rule_for

ANY_TIME = datetime(1970, 1, 1, tzinfo=UTC)  # no rule asks when a file was uploaded


def decide(rules: Sequence[Rule], key: str, size: int, content_type: str) -> tuple[Rule, list[Rule]]:
    """Return the rule that would decide about a file, and all that match it, in the order of deciding."""
    file = File("", key, None, "", size, "", ANY_TIME, "")
    return rule_for(file, rules, lambda _: content_type), list(matching(file, rules, lambda _: content_type))
