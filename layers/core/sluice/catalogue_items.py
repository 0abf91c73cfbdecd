"""What fits into an item of the catalogue: large parts stay in the outbox, and the item points there."""

from collections.abc import Mapping
from typing import Any

# An item of DynamoDB holds 400 KB with the names of its attributes. 100 KB are left to what is not a finding:
# the key, the results, the rule. Source: Amazon DynamoDB developer guide, "Item sizes and formats".
LARGEST_FINDINGS = 300_000
LARGE_PARTS = ("schema", "statistics", "quality_issues", "breaches", "profile_changes")
CONTAINER, ELEMENT, NUMBER = 3, 1, 24  # bytes; of a number at most 21, or 24 of the text that stands for it


def fitting(facts: Mapping[str, Any], pointer: str) -> dict[str, Any]:
    """
    Return *facts* as far as an item holds them.

    Of the large parts the largest are left out first. `facts_elsewhere` then says for each where it is:
    *pointer*, the key of the summary in the outbox.
    """
    kept = dict(facts)
    sizes = {name: item_size(kept[name]) for name in LARGE_PARTS if name in kept}
    total = item_size(kept)
    elsewhere: dict[str, str] = {}
    while total > LARGEST_FINDINGS and sizes:
        largest = max(sizes, key=lambda name: sizes[name])
        total -= sizes.pop(largest)
        del kept[largest]
        elsewhere[largest] = pointer
    return kept | ({"facts_elsewhere": elsewhere} if elsewhere else {})


def item_size(value: Any) -> int:
    """Return the most bytes that DynamoDB counts for a value."""
    if isinstance(value, str):
        return len(value.encode("utf-8", "surrogatepass"))
    if isinstance(value, bool) or value is None:
        return 1
    if isinstance(value, Mapping):
        inner = sum(len(str(name).encode()) + item_size(item) + ELEMENT for name, item in value.items())
        return CONTAINER + inner
    if isinstance(value, list | tuple):
        return CONTAINER + sum(item_size(item) + ELEMENT for item in value)
    return NUMBER
