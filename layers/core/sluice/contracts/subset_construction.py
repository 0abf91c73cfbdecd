"""
Make an automaton deterministic.

Source: Rabin and Scott, "Finite automata and their decision problems" (1959), the subset construction.
"""

from sluice.contracts.automata import Automaton, PatternRefusedError
from sluice.contracts.character_sets import partition
from sluice.contracts.pattern_steps import Steps

MOST_STATES = 2_000  # of the automaton; its table then has 1 MB at most
MOST_CLASSES = 255
MOST_WORK = 2_000_000  # steps looked at while the automaton is made: a second or two


class Determined:
    """Sets of steps, each a state of the automaton to be made."""

    def __init__(self, steps: Steps, first: int) -> None:
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
        """Return the automaton; raise PatternRefusedError where it gets too large."""
        width, table, state = len(self._members), [], 0
        while state < len(self._sets):
            following = self._following(self._sets[state])
            table += [self._number(following[kind]) for kind in range(width)]
            state += 1
        accepting = [self._accepts(state, steps) for state, steps in enumerate(self._sets)]
        return Automaton(self._starts, self._classes, width, tuple(table), bytes(accepting))

    def _following(self, steps: frozenset[int]) -> list[frozenset[int]]:
        """Return for each class of characters the steps that follow when one of it is read."""
        targets: list[set[int]] = [set() for _ in self._members]
        self._work += len(steps) * len(self._members)
        if self._work > MOST_WORK:
            raise PatternRefusedError(
                f"is too large: making its automaton takes more than {MOST_WORK:,} steps"
            )
        for step in steps:
            for kind in self._classes_read_by(step):
                targets[kind].update(self._steps.follow[step])
        return [self._steps.reached(target) for target in targets]

    def _classes_read_by(self, step: int) -> list[int]:
        """Return the classes of characters that a step reads; none of one that goes on without reading."""
        reads = self._steps.reads[step]
        return [kind for kind, members in enumerate(self._members) if reads in members]

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
