"""The steps of a pattern: a nondeterministic automaton, built from what Python parses."""

from collections.abc import Iterable
from typing import Any

from sluice.contracts.automata import PatternRefusedError
from sluice.contracts.character_sets import Characters, characters_of

MOST_STEPS = 20_000  # of the pattern with its repeats written out
REFUSED = {
    "ASSERT": "look-ahead or look-behind", "ASSERT_NOT": "look-ahead or look-behind",
    "GROUPREF": "a back-reference", "GROUPREF_EXISTS": "a condition on a group",
    "ATOMIC_GROUP": "an atomic group", "POSSESSIVE_REPEAT": "a possessive repeat",
}  # fmt: skip
STARTS = ("AT_BEGINNING", "AT_BEGINNING_STRING")
ENDS = ("AT_END", "AT_END_STRING")


class Steps:
    """
    The pattern as a nondeterministic automaton: each step reads a character, or goes on to others without.

    It is built from its end, so that each part knows what follows it.
    """

    def __init__(self) -> None:
        self.reads: list[Characters | None] = [None]
        self.follow: list[list[int]] = [[]]
        self.place: list[str] = [""]
        self.end = 0

    def _add(self, follow: list[int], reads: Characters | None = None, place: str = "") -> int:
        if len(self.reads) >= MOST_STEPS:
            raise PatternRefusedError(f"is too large: its repeats amount to more than {MOST_STEPS:,} steps")
        self.reads.append(reads)
        self.follow.append(follow)
        self.place.append(place)
        return len(self.reads) - 1

    def sequence(self, items: Any, following: int, flags: int) -> int:
        """Add what reads *items* and goes on to *following*; return where it begins."""
        for operation, argument in reversed(list(items)):
            following = self._item(str(operation), argument, following, flags)
        return following

    def _item(self, operation: str, argument: Any, following: int, flags: int) -> int:
        match operation:
            case "LITERAL" | "NOT_LITERAL" | "IN" | "ANY":
                return self._add([following], reads=characters_of(operation, argument, flags))
            case "BRANCH":
                return self._add([self.sequence(branch, following, flags) for branch in argument[1]])
            case "SUBPATTERN":
                _, added, taken, inner = argument
                return self.sequence(inner, following, (flags | added) & ~taken)
            case "MAX_REPEAT" | "MIN_REPEAT":
                return self._repeat(argument, following, flags)
            case "AT" if str(argument) in STARTS + ENDS:
                return self._add([following], place="start" if str(argument) in STARTS else "end")
            case "AT":
                raise PatternRefusedError("has a word boundary, which is not supported")
        raise PatternRefusedError(f"has {REFUSED.get(operation, operation)}, which is not supported")

    def _repeat(self, argument: Any, following: int, flags: int) -> int:
        least, most, inner = argument
        if str(most) == "MAXREPEAT":
            loop = self._add([])
            self.follow[loop] = [self.sequence(inner, loop, flags), following]
            following = loop
        else:
            past = following
            for _ in range(int(most) - least):
                following = self._add([self.sequence(inner, following, flags), past])
        for _ in range(least):
            following = self.sequence(inner, following, flags)
        return following

    def reached(self, steps: Iterable[int], *, start: bool = False, end: bool = False) -> frozenset[int]:
        """Return the steps that are reached from *steps* without reading a character."""
        found, waiting = set(steps), list(steps)
        while waiting:
            step = waiting.pop()
            barred = (self.place[step] == "start" and not start) or (self.place[step] == "end" and not end)
            if self.reads[step] is None and not barred:
                new = [following for following in self.follow[step] if following not in found]
                found.update(new)
                waiting += new
        return frozenset(found)
