"""The sets of characters that the items of a pattern match, as intervals of code points."""

import sys
from array import array
from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from re import (  # type: ignore[attr-defined]
    DOTALL,
    IGNORECASE,
    _compiler,  # what `re` itself compiles and parses with
    _parser,
)
from typing import Any

LAST_CHARACTER = 0x10FFFF

Interval = tuple[int, int]  # first and last code point
Characters = tuple[Interval, ...]


def partition(
    sets: Iterable[Characters],
) -> tuple[tuple[int, ...], list[int], list[frozenset[Characters]]]:
    """
    Cut all characters into intervals that no set cuts, and class those alike that the same sets hold.

    Returns the intervals' first code points, their classes, and for each class the sets that hold it.
    """
    cuts: dict[int, tuple[set[Characters], set[Characters]]] = {0: (set(), set())}
    for characters in sets:
        for first, last in characters:
            cuts.setdefault(first, (set(), set()))[0].add(characters)
            cuts.setdefault(last + 1, (set(), set()))[1].add(characters)
    starts = sorted(cut for cut in cuts if cut <= LAST_CHARACTER)
    numbers: dict[frozenset[Characters], int] = {}
    classes, held = [], set[Characters]()
    for start in starts:
        entered, left = cuts[start]
        held = (held - left) | entered
        classes.append(numbers.setdefault(frozenset(held), len(numbers)))
    return tuple(starts), classes, list(numbers)


def characters_of(operation: str, argument: Any, flags: int) -> Characters:
    """Return the characters that one item of a pattern matches."""
    if operation == "ANY":
        return ((0, LAST_CHARACTER),) if flags & DOTALL else ((0, 9), (11, LAST_CHARACTER))
    plain = operation in ("LITERAL", "NOT_LITERAL") or all(
        str(kind) in ("LITERAL", "RANGE", "NEGATE") for kind, _ in argument
    )
    if not plain or flags & IGNORECASE:
        return _tried(operation, _frozen(argument), flags)
    items = [("LITERAL", argument)] if operation != "IN" else [(str(kind), value) for kind, value in argument]
    ranges = [value if kind == "RANGE" else (value, value) for kind, value in items if kind != "NEGATE"]
    negated = operation == "NOT_LITERAL" or items[0][0] == "NEGATE"
    return _joined(ranges, negated=negated)


def _frozen(argument: Any) -> Any:
    return tuple(argument) if isinstance(argument, list) else argument


@cache
def _tried(operation: str, argument: Any, flags: int) -> Characters:
    """Ask `re` about every character: which are letters, or letters of any case, is its own knowledge."""
    item = (getattr(_parser, operation), list(argument) if isinstance(argument, tuple) else argument)
    state = _parser.State()
    run = (_parser.MAX_REPEAT, (1, _parser.MAXREPEAT, _parser.SubPattern(state, [item])))
    compiled = _compiler.compile(_parser.SubPattern(state, [run]), flags)
    return _joined((found.start(), found.end() - 1) for found in compiled.finditer(_every_character()))


def _every_character() -> str:
    codes = array("I", range(LAST_CHARACTER + 1))  # a list of characters would take 90 MB
    return codes.tobytes().decode(f"utf-32-{sys.byteorder[0]}e", "surrogatepass")


def _joined(ranges: Iterable[Interval], *, negated: bool = False) -> Characters:
    """Return *ranges* in order, neighbours as one; with *negated*, what lies between them."""
    joined: list[list[int]] = []
    for first, last in sorted(ranges):
        if joined and first <= joined[-1][1] + 1:
            joined[-1][1] = max(joined[-1][1], last)
        else:
            joined.append([first, last])
    if not negated:
        return tuple((first, last) for first, last in joined)
    edges = [[-1, -1], *joined, [LAST_CHARACTER + 1, LAST_CHARACTER + 1]]
    gaps = ((before[1] + 1, after[0] - 1) for before, after in pairwise(edges))
    return tuple((first, last) for first, last in gaps if first <= last)
