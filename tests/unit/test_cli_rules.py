"""`sluice rules`: what it asks of the stack, and what it prints."""

import json

import pytest

import cli.commands.rules
from cli.console import console
from cli.main import main
from sluice.api.rule_actions import RuleActions
from tests.api_fakes import ApiWorld
from tests.fakes import FakeClock, FakeJournal

RULE = {
    "name": "Orders",
    "match": {"prefix": "acme/", "max_size": 10},
    "processor": "profile_csv",
    "lane": "csv",
}


class Client:
    """A stack with rules in memory."""

    def __init__(self):
        editor = ApiWorld(FakeClock()).rule_editor(("csv", "image", "other"))
        self.actions = RuleActions(editor, FakeJournal())

    def invoke(self, output, request):
        assert output == "RulesApiFunctionName"
        return json.loads(json.dumps(self.actions.answer(request, correlation_id="c-1")))


@pytest.fixture
def run(monkeypatch, capsys):
    """Run one verb; return its exit code or message, and its output."""
    client = Client()
    monkeypatch.setattr(console, "width", 250)
    monkeypatch.setattr(cli.commands.rules, "connect", lambda: client)

    def run_verb(*arguments):
        with pytest.raises(SystemExit) as ended:
            main(["rules", *map(str, arguments)])
        return ended.value.code, capsys.readouterr().out

    return run_verb


@pytest.fixture
def file(tmp_path):
    def write(rule, name="rule.json"):
        path = tmp_path / name
        path.write_text(json.dumps(rule))
        return path

    return write


def test_a_rule_is_created_shown_changed_and_deleted(run, file):
    assert run("create", file(RULE)) == (0, "orders created: version 1\n")
    assert run("update", "orders", file(RULE | {"priority": 7}), "--version", 1) == (
        0,
        "orders updated: version 2\n",
    )
    assert json.loads(run("show", "orders")[1])["priority"] == 7
    assert json.loads(run("show", "orders", "--version", 1)[1])["priority"] == 100
    assert run("rm", "orders") == (0, "orders deleted: version 3\n")
    assert len(run("history", "orders")[1].splitlines()) == 3
    assert "There is no rule" in run("show", "orders")[0]


def test_rules_are_listed_in_the_order_in_which_they_decide(run, file):
    run("create", file(RULE))

    lines = run("ls")[1].splitlines()
    assert [line.split()[1] for line in lines[1:]] == [
        "folder-markers",
        "orders",
        "tables",
        "images",
        "everything-else",
    ]
    assert "prefix=acme/  max_size=10" in lines[2]


def test_a_change_to_another_version_than_the_newest_is_refused(run, file):
    run("create", file(RULE))

    assert "Somebody else changed the rule first" in run("update", "orders", file(RULE), "--version", 7)[0]


def test_what_is_wrong_with_a_rule_is_told_place_by_place(run, file):
    message, _ = run("create", file(RULE | {"lane": "moon", "contract": "none"}))

    assert "lane: unknown; there are csv, image, other" in message
    assert "contract: there is no such contract" in message


def test_a_file_is_tried_before_it_exists_and_a_rule_before_it_is_stored(run, file):
    def decides(*arguments):
        return json.loads(run("test", *arguments, "--json")[1])["decides"]

    assert run("test", "acme/a.csv")[1].splitlines() == [
        "tables decides: profile_csv",
        "Rules that match: tables, everything-else",
    ]
    assert "skipped: The object only marks a folder." in run("test", "acme/")[1]
    assert decides("acme/a.csv", "--rule", file(RULE)) == "(the rule of the file)"
    assert decides("acme/a.csv", "--size", 11, "--rule", file(RULE)) == "tables"
    typed = file(RULE | {"id": "tables", "match": {"content_types": ["text/*"]}}, "typed.json")
    assert decides("x", "--type", "text/csv", "--rule", typed) == "tables"
    assert decides("x", "--type", "image/png", "--rule", typed) == "everything-else"


def test_what_show_prints_is_a_rule_that_can_be_tried_and_stored(run, tmp_path):
    path = tmp_path / "tables.json"
    path.write_text(run("show", "tables")[1].replace('"priority": 900', '"priority": 800'))

    assert json.loads(run("test", "a.csv", "--rule", path, "--json")[1])["decides"] == "tables"
    assert run("update", "tables", path) == (0, "tables updated: version 1\n")
    assert json.loads(run("show", "tables")[1])["priority"] == 800
    assert "Somebody else changed the rule first" in run("update", "tables", path)[0]


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"match": "acme/"}, "match: "),
        ({"match": {"suffixes": ".csv"}}, "match.suffixes: "),
        ({"match": {"min_size": "5"}}, "match.min_size: "),
        ({"priority": "high"}, "priority: "),
        ({"processor": "mine"}, "processor: "),
        ({"colour": "red"}, "colour: "),
    ],
)
def test_what_is_no_rule_cannot_be_tried(run, file, wrong, place):
    message, _ = run("test", "acme/a.csv", "--rule", file(RULE | wrong))

    assert "holds no valid rule" in message
    assert f"\n  {place}" in message


def test_a_rule_may_be_written_as_yaml(run, tmp_path):
    path = tmp_path / "rule.yaml"
    path.write_text("name: Orders\nmatch:\n  prefix: acme/\nprocessor: profile_csv\nlane: csv\n")

    assert run("create", path, "--id", "acme") == (0, "acme created: version 1\n")


@pytest.mark.parametrize("text", ["", "[]", "a: b: c", "\x00", "!!python/object/apply:os.system ['true']"])
def test_a_file_that_holds_no_rule_is_told_as_such(run, tmp_path, text):
    path = tmp_path / "rule.yaml"
    path.write_text(text)

    message, _ = run("create", path)
    assert "rule.yaml" in message
