"""How much was tried: counted by the proofs, shown by `make proofs`."""

import os
from collections import Counter, defaultdict

LONG = os.environ.get("PROOFS") == "long"
counts: dict[str, Counter[str]] = defaultdict(Counter)


def cases(short: int, long: int) -> int:
    """Return how many cases to try: few in the suite, many for `make proofs`."""
    return long if LONG else short


def count(proof: str, **more: int) -> None:
    """Add to the figures of one proof."""
    counts[proof].update(more)
