"""Deterministic automata over classes of characters."""

from bisect import bisect_right
from dataclasses import dataclass

ASCII = 128


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
