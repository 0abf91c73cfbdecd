"""
Regular expressions that take time linear in the text, whoever wrote them.

A pattern is parsed as Python's `re` parses it and compiled to a deterministic automaton over classes of
characters (subset construction: Rabin and Scott 1959; classes as in RE2). What no such automaton can do is
refused: look-around, back-references, word boundaries, atomic groups. The scanner runs the same table over
ASCII text.
"""

from functools import cache
from re import (  # type: ignore[attr-defined]
    MULTILINE,
    _parser,  # what `re` itself parses with
)
from re import (
    error as PatternError,  # noqa: N812 - its name from Python 3.13 on
)

from sluice.contracts.automata import Automaton, PatternRefusedError
from sluice.contracts.pattern_steps import Steps
from sluice.contracts.subset_construction import Determined

LONGEST_PATTERN = 1_000  # characters


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
    steps = Steps()
    first = steps.sequence(parsed, steps.end, parsed.state.flags)
    return Determined(steps, first).automaton()
