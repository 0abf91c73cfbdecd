"""Which rule decides about a file."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluice.errors import FileMissingError
from sluice.rules.references import Reference
from sluice.rules.routing import Route
from sluice.rules.rule import DEFAULT_RULES, FALLBACK, Match, Rule, default_rule, rule_for
from tests.fakes import a_file, a_router


def decides(rules, key="orders.csv", **facts):
    """The id of the rule that decides about a file without a declared type."""
    return rule_for(a_file(key, **facts), rules, lambda _: "").id


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("orders.csv", "tables"),
        ("ORDERS.TSV", "tables"),
        ("a/b.Jpeg", "images"),
        ("a/", "folder-markers"),
        ("a.csv/", "folder-markers"),
        ("a.csv/b", "everything-else"),
        ("csv", "everything-else"),
        ("..", "everything-else"),
        ("💥\x00.pdf", "everything-else"),
    ],
)
def test_the_default_rules_decide_by_the_end_of_the_key(key, expected):
    assert decides(DEFAULT_RULES, key) == expected


@given(st.text(min_size=1), st.integers(min_value=0))
def test_every_file_has_a_rule_even_without_rules(key, size):
    assert decides(DEFAULT_RULES, key, size=size) in {rule.id for rule in DEFAULT_RULES}
    assert decides((), key, size=size) == FALLBACK.id


@pytest.mark.parametrize(
    ("match", "expected"),
    [
        (Match(prefix="acme/"), True),
        (Match(prefix="Acme/"), False),
        (Match(suffixes=(".TXT", ".CSV")), True),
        (Match(suffixes=("es",)), False),
        (Match(glob="acme/*.csv"), True),
        (Match(glob="*/2026-??/*"), True),
        (Match(glob="acme"), False),
        (Match(glob="[!a]*"), False),
        (Match(min_size=100, max_size=100), True),
        (Match(min_size=101), False),
        (Match(max_size=99), False),
        (Match(content_types=("text/csv",)), True),
        (Match(content_types=("image/*", "TEXT/*")), True),
        (Match(content_types=("text/csv-schema",)), False),
        (Match(content_types=("te/*",)), False),
        (Match(prefix="acme/", suffixes=(".csv",), max_size=1), False),
    ],
)
def test_a_rule_matches_a_file_that_meets_every_condition(match, expected):
    file = a_file("acme/2026-03/orders.csv", size=100)

    assert match.covers(file, lambda _: "Text/CSV; charset=utf-8") is expected


def test_the_declared_type_is_asked_only_where_all_other_conditions_hold():
    asked = []
    rule = Rule(id="r", match=Match(prefix="b", content_types=("text/csv",)))

    assert decides([rule], "a.csv") == FALLBACK.id
    rule_for(a_file("b.csv"), [rule], lambda file: asked.append(file.key) or "")
    assert asked == ["b.csv"]


def test_the_lowest_priority_number_decides_and_between_equals_the_id():
    rules = [Rule(id="c", priority=1), Rule(id="b"), Rule(id="a"), Rule(id="z", priority=0)]

    assert decides(rules) == "z"
    assert decides(rules[:-1]) == "c"
    assert decides(rules[1:3]) == "a"


def test_a_disabled_rule_decides_about_nothing():
    assert decides([replace(rule, enabled=False) for rule in DEFAULT_RULES]) == FALLBACK.id


def test_an_object_that_is_gone_has_no_declared_type():
    def gone(file):
        raise FileMissingError(file.file_id)

    rule = Rule(id="typed", match=Match(content_types=("text/csv",)))
    route = a_router(rule, declared_type=gone).route(a_file("orders.csv"))

    assert route == Route(FALLBACK, None)


@pytest.mark.parametrize("processor", ["profile_csv", "process_image", "inspect_file"])
def test_a_default_rule_exists_for_each_processor_in_version_0(processor):
    assert default_rule(processor).processor == processor
    assert default_rule(processor).reference == Reference(default_rule(processor).id, 0)
