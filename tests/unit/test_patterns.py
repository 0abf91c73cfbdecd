"""Patterns match as `re.fullmatch` does, in linear time; what cannot be so matched is refused."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sluice.contracts.automata import PatternRefusedError
from sluice.contracts.patterns import automaton

LITERALS = st.sampled_from(
    ["a", "b", "1", "é", "\\.", "[ab]", "[^a]", "[a-c1]", "\\d", "\\w", "\\s", ".", "ß"]
)
PATTERNS = st.recursive(
    LITERALS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: f"(?:{'|'.join(parts)})"),
        st.tuples(inner, st.sampled_from(["*", "+", "?", "{2}", "{1,3}", "*?", "{0,2}?"])).map(
            lambda pair: f"(?:{pair[0]}){pair[1]}"
        ),
        inner.map(lambda part: f"({part})"),
        inner.map(lambda part: f"(?i:{part})"),
    ),
    max_leaves=6,
)
TEXTS = st.text(alphabet="abcAB1.é É٣ßẞ\n", max_size=8)


@settings(max_examples=400)
@given(PATTERNS, st.lists(TEXTS, min_size=1, max_size=10))
def test_an_automaton_matches_what_re_matches(pattern, texts):
    """On any pattern that is not refused, and any text."""
    try:
        found = automaton(pattern)
    except PatternRefusedError:
        return
    for text in texts:
        assert found.matches(text) == bool(re.fullmatch(pattern, text)), text


@pytest.mark.parametrize(
    "pattern",
    [r"^\d{4}$", r"\A[A-Z]+\Z", "(?i)straße", "(?x) a b  # blanks do not count", "(?s).*", "a|^b", ""],
)
@pytest.mark.parametrize("text", ["2024", "20245", "ABC", "STRASSE", "Straße", "ab", "a b", "b", "x\ny", ""])
def test_anchors_and_flags_mean_what_they_mean_in_re(pattern, text):
    assert automaton(pattern).matches(text) == bool(re.fullmatch(pattern, text))


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("(?=a)b", "look-ahead"),
        ("(?<!a)b", "look-ahead or look-behind"),
        (r"(a)\1", "back-reference"),
        (r"(a)?(?(1)b|c)", "condition"),
        (r"\bword", "word boundary"),
        ("(?>a)b", "atomic"),
        ("a++b", "possessive"),
        ("(?m)^a$", "flag m"),
        ("(", "no regular expression"),
        ("a{2,1}", "no regular expression"),
        ("(a|b)*a(a|b){20}", "states"),
        ("((a{1,100}){1,100}){1,100}", "steps"),
        ("a" * 1001, "longer than 1,000"),
        ("(" * 400, "no regular expression"),
    ],
)
def test_what_is_not_matched_in_linear_time_is_refused(pattern, reason):
    """By its reason, and at once: nobody waits for a pattern that is too large."""
    begun = time.process_time()
    with pytest.raises(PatternRefusedError, match=reason):
        automaton(pattern)
    assert time.process_time() - begun < 10


def test_a_pattern_that_brings_re_to_a_halt_takes_no_time():
    """The classic: nested repeats and a text that nearly matches."""
    begun = time.process_time()
    assert not automaton("(a+)+(a+)+b").matches("a" * 100_000)
    assert time.process_time() - begun < 2


def test_the_classes_of_ascii_are_those_of_the_whole_table():
    found = automaton("[a-f]+é")
    classes = found.ascii_classes()
    assert len(classes) == 128
    assert len({classes[ord(letter)] for letter in "abcdef"}) == 1
    assert classes[ord("a")] != classes[ord("g")]
