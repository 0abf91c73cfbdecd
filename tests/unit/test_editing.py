"""How rules and contracts change."""

import pytest

from sluice.rules.checks import RuleCheck
from sluice.rules.documents import DEFAULT_DOCUMENTS, from_document, to_document
from sluice.rules.editing import LARGEST, Editor
from sluice.rules.rule import DEFAULT_RULES, PROCESSORS, Match, Rule
from sluice.rules.versions import Missing, Refused, Stale, Taken
from tests.fakes import FakeClock, FakeVersions

DOCUMENT = to_document(Rule(id="", name="Orders", processor="profile_csv", lane="csv"))


@pytest.fixture
def editor():
    check = RuleCheck(("csv", "other"), lambda contract: contract == "orders")
    return Editor(FakeVersions(), check, FakeClock(), DEFAULT_DOCUMENTS)


def paths(refused):
    """Where the problems are."""
    return [problem.path for problem in refused.problems]


def test_a_rule_is_created_once(editor):
    assert editor.create("orders", DOCUMENT, "ops").version == 1
    assert isinstance(editor.create("orders", DOCUMENT, "ops"), Taken)
    assert isinstance(editor.create("tables", DOCUMENT, "ops"), Taken)


def test_a_document_has_to_fit_an_item_of_the_table(editor):
    fits, large = (
        DOCUMENT | {"processor": "custom", "options": {"a": "é" * (size // 2)}}
        for size in (LARGEST - 1000, LARGEST)
    )

    assert editor.create("orders", fits, "ops").version == 1
    for refused in (editor.create("more", large, "ops"), editor.update("orders", large, "ops")):
        assert f"at most {LARGEST:,}" in refused.problems[0].message


def test_an_update_is_based_on_the_version_it_names(editor):
    editor.create("orders", DOCUMENT, "ops")

    assert editor.update("orders", DOCUMENT, "ops", expected=1).version == 2
    assert isinstance(editor.update("orders", DOCUMENT, "ops", expected=1), Stale)
    assert editor.update("orders", DOCUMENT, "ops").version == 3
    assert isinstance(editor.update("nothing", DOCUMENT, "ops"), Missing)


def test_an_update_that_is_overtaken_between_look_and_write_is_stale(editor):
    editor.create("orders", DOCUMENT, "ops")
    editor.versions.meanwhile = lambda: editor.update("orders", DOCUMENT, "them")

    assert isinstance(editor.update("orders", DOCUMENT, "us"), Stale)
    assert editor.get("orders").source == "them"


def test_a_default_rule_is_changed_by_a_stored_one_and_comes_back_when_that_is_deleted(editor):
    changed = editor.update("tables", DOCUMENT, "ops", expected=0)

    assert changed.version == 1
    assert editor.get("tables") == changed
    editor.delete("tables", "ops", expected=1)
    assert (editor.get("tables").version, editor.get("tables").document) == (0, DEFAULT_DOCUMENTS["tables"])
    assert [each.version for each in editor.history("tables")] == [2, 1, 0]
    assert editor.get("tables", 0) == editor.get("tables")


def test_a_default_rule_is_not_deleted(editor):
    assert isinstance(editor.delete("tables", "ops"), Refused)
    assert isinstance(editor.delete("nothing", "ops"), Missing)


def test_all_rules_are_listed_in_the_order_of_their_ids(editor):
    editor.create("orders", DOCUMENT, "ops")

    ids = [version.id for version in editor.all()]
    assert ids == sorted([*DEFAULT_DOCUMENTS, "orders"])


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"processor": "mine_bitcoin"}, "processor"),
        ({"lane": "fast"}, "lane"),
        ({"contract": "unknown"}, "contract"),
        ({"contract": "orders", "processor": "inspect_file"}, "contract"),
        ({"processor": None}, "reason"),
        ({"options": {"colour": "red"}}, "options.colour"),
        (
            {"processor": "process_image", "options": {"renditions": [{"name": "../x"}]}},
            "options.renditions.0.name",
        ),
        ({"processor": "process_image", "options": {"colour": "red"}}, "options.colour"),
        ({"match": DOCUMENT["match"] | {"min_size": 2, "max_size": 1}}, "match.max_size"),
    ],
)
def test_a_rule_that_names_what_is_not_there_is_refused_with_the_place(editor, change, path):
    assert paths(editor.create("orders", DOCUMENT | change, "ops")) == [path]
    assert editor.get("orders") is None
    editor.create("orders", DOCUMENT, "ops")
    assert paths(editor.update("orders", DOCUMENT | change, "ops")) == [path]


def test_the_contract_of_a_rule_has_to_be_there(editor):
    assert editor.create("orders", DOCUMENT | {"contract": "orders"}, "ops").version == 1


@pytest.mark.parametrize("rule", DEFAULT_RULES, ids=lambda rule: rule.id)
def test_a_default_rule_would_pass_its_own_check_and_survives_as_a_document(rule):
    check = RuleCheck(("csv", "image", "other"), lambda _: False)

    assert check(to_document(rule)) == []
    assert from_document(rule.id, 0, to_document(rule)) == rule


def test_a_rule_survives_as_a_document():
    rule = Rule(
        id="x", version=3, match=Match(suffixes=("a",), content_types=("image/*",), min_size=0), contract="c",
        options={"a": [1]}, processor=PROCESSORS[0], enabled=False, reason="r", priority=1, name="n",
    )  # fmt: skip

    assert from_document("x", 3, to_document(rule)) == rule
