"""What AWS takes so many of at once."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any


def batched(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """Yield lists of at most *size*, until *items* end."""
    remaining = iter(items)
    while some := list(islice(remaining, size)):
        yield some
