"""
Regular expressions that take time linear in the text, whoever wrote them.

A pattern is parsed as Python's `re` parses it and compiled to a deterministic automaton over classes of
characters (subset construction: Rabin and Scott 1959; classes as in RE2). What no such automaton can do is
refused: look-around, back-references, word boundaries, atomic groups. The scanner runs the same table over
ASCII text.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from re import (  # type: ignore[attr-defined]
    MULTILINE,
    _parser,  # what `re` itself parses with
)
from re import (
    error as PatternError,  # noqa: N812 - its name from Python 3.13 on
)
from typing import Any

from sluice.contracts.character_sets import Characters, characters_of, partition

LONGEST_PATTERN = 1_000  # characters
MOST_STATES = 2_000  # of the automaton; its table then has 1 MB at most
MOST_STEPS = 20_000  # of the pattern with its repeats written out
MOST_CLASSES = 255
MOST_WORK = 2_000_000  # steps looked at while the automaton is made: a second or two
ASCII = 128
REFUSED = {
    "ASSERT": "look-ahead or look-behind", "ASSERT_NOT": "look-ahead or look-behind",
    "GROUPREF": "a back-reference", "GROUPREF_EXISTS": "a condition on a group",
    "ATOMIC_GROUP": "an atomic group", "POSSESSIVE_REPEAT": "a possessive repeat",
}  # fmt: skip
STARTS, ENDS = ("AT_BEGINNING", "AT_BEGINNING_STRING"), ("AT_END", "AT_END_STRING")


class PatternRefusedError(ValueError):
    """The pattern is wrong or not matched in linear time; the message completes the sentence `it …`."""


@dataclass(frozen=True, slots=True)
class Automaton:
    """
    Tells whether a text matches a pattern as a whole, as `re.fullmatch` does.

    *table* holds the next state for each state and class of characters, row by row; state 0 matches nothing
    any more, state 1 is the first. *starts* are the first code points of intervals, *classes* theirs.
    """

    starts: tuple[int, ...]
    classes: bytes
    width: int
    table: tuple[int, ...]
    accepting: bytes

    def matches(self, text: str) -> bool:
        """Look at each character once."""
        state = 1
        for character in text:
            kind = self.classes[bisect_right(self.starts, ord(character)) - 1]
            state = self.table[state * self.width + kind]
            if not state:
                return False
        return bool(self.accepting[state])

    def ascii_classes(self) -> bytes:
        """Return the class of each of the 128 characters of ASCII."""
        return bytes(self.classes[bisect_right(self.starts, code) - 1] for code in range(ASCII))


@cache
def automaton(pattern: str) -> Automaton:
    """Compile *pattern*; raise PatternRefusedError for one that is wrong, unsupported or too large."""
    if len(pattern) > LONGEST_PATTERN:
        raise PatternRefusedError(f"is longer than {LONGEST_PATTERN:,} characters")
    try:
        parsed = _parser.parse(pattern)
    except (PatternError, RecursionError, OverflowError) as error:
        raise PatternRefusedError(f"is no regular expression: {error}") from error
    if parsed.state.flags & MULTILINE:
        raise PatternRefusedError("has the flag m, which does not fit a cell that is matched as a whole")
    steps = _Steps()
    first = steps.sequence(parsed, steps.end, parsed.state.flags)
    return _Determined(steps, first).automaton()


class _Steps:
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


class _Determined:
    """The subset construction."""

    def __init__(self, steps: _Steps, first: int) -> None:
        self._steps = steps
        self._starts, classes, self._members = partition({r for r in steps.reads if r is not None})
        if len(self._members) > MOST_CLASSES:
            raise PatternRefusedError(f"tells more than {MOST_CLASSES} classes of characters apart")
        self._classes = bytes(classes)
        self._numbers: dict[frozenset[int], int] = {frozenset(): 0}
        self._sets: list[frozenset[int]] = [frozenset()]
        self._first = first
        self._work = 0
        # The first state is entered once: only there do anchors of the start hold.
        self._sets.append(steps.reached([first], start=True))

    def automaton(self) -> Automaton:
        width, table, state = len(self._members), [], 0
        while state < len(self._sets):
            following = self._following(self._sets[state])
            table += [self._number(following[kind]) for kind in range(width)]
            state += 1
        accepting = [self._accepts(state, steps) for state, steps in enumerate(self._sets)]
        return Automaton(self._starts, self._classes, width, tuple(table), bytes(accepting))

    def _following(self, steps: frozenset[int]) -> list[frozenset[int]]:
        targets: list[set[int]] = [set() for _ in self._members]
        self._work += len(steps) * len(self._members)
        if self._work > MOST_WORK:
            raise PatternRefusedError(
                f"is too large: making its automaton takes more than {MOST_WORK:,} steps"
            )
        for step in steps:
            reads = self._steps.reads[step]
            if reads is not None:
                for kind, members in enumerate(self._members):
                    if reads in members:
                        targets[kind].update(self._steps.follow[step])
        return [self._steps.reached(target) for target in targets]

    def _number(self, steps: frozenset[int]) -> int:
        if steps not in self._numbers:
            if len(self._sets) >= MOST_STATES:
                raise PatternRefusedError(f"is too large: it needs more than {MOST_STATES:,} states")
            self._numbers[steps] = len(self._sets)
            self._sets.append(steps)
        return self._numbers[steps]

    def _accepts(self, state: int, steps: frozenset[int]) -> bool:
        begun = [self._first] if state == 1 else steps
        return self._steps.end in self._steps.reached(begun, start=state == 1, end=True)
