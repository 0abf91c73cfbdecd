"""Documents with all their versions, and rules and contracts read from them, on DynamoDB."""

from datetime import UTC, datetime

import pytest

from sluice.aws.rules import FRESH, DynamoDBContracts, DynamoDBRules
from sluice.errors import MisconfiguredError
from sluice.rules.documents import to_document
from sluice.rules.references import Reference
from sluice.rules.rule import DEFAULT_RULES, Match, Rule
from sluice.rules.versions import Stale

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def save(versions):
    def write(document, *, expected, deleted=False, name="orders"):
        return versions.save(name, document, expected=expected, source="ops", at=NOW, deleted=deleted)

    return write


class Watch:
    """Seconds that pass only when a test says so, and what was told of failures."""

    def __init__(self):
        self.time = 0.0
        self.failures = []

    def __call__(self):
        return self.time

    def failed(self, message, details):
        self.failures.append((message, details))


@pytest.fixture
def watch():
    return Watch()


def test_the_first_version_is_1_and_each_change_is_the_next(versions, save):
    first = save({"n": 1.5, "name": "März\n🧾"}, expected=0)
    second = save({"n": 2}, expected=1)

    assert (first.version, second.version) == (1, 2)
    assert versions.newest("orders") == second
    assert versions.at(Reference("orders", 1)) == first
    assert versions.history("orders") == [second, first]
    assert versions.current() == [second]


def test_a_change_based_on_another_version_than_the_newest_is_stale_and_changes_nothing(versions, save):
    save({"n": 1}, expected=0)
    save({"n": 2}, expected=1)

    for expected in (0, 1, 3):
        assert isinstance(save({"n": "lost"}, expected=expected), Stale)
    assert [version.document for version in versions.history("orders")] == [{"n": 2}, {"n": 1}]


def test_of_two_changes_based_on_the_same_version_one_is_stale(versions, save, dynamodb):
    save({"n": 1}, expected=0)

    class Overtaken:
        """Lets somebody else write between our look and our write."""

        def __getattr__(self, name):
            return getattr(dynamodb, name)

        def transact_write_items(self, **request):
            save({"n": "theirs"}, expected=1)
            return dynamodb.transact_write_items(**request)

    slow = type(versions)(Overtaken(), "rules")
    ours = slow.save("orders", {"n": "ours"}, expected=1, source="", at=NOW)

    assert isinstance(ours, Stale)
    assert versions.newest("orders").document == {"n": "theirs"}


def test_what_is_deleted_is_gone_but_its_versions_stay_and_numbers_go_on(versions, save):
    save({"n": 1}, expected=0)
    save({"n": 1}, expected=1, deleted=True)

    assert versions.newest("orders") is None
    assert versions.current() == []
    assert versions.at(Reference("orders", 1)).document == {"n": 1}
    assert isinstance(save({"n": 3}, expected=2), Stale)
    assert save({"n": 3}, expected=0).version == 3
    assert [version.deleted for version in versions.history("orders")] == [False, True, False]


def test_the_pointer_is_no_version(versions, save):
    save({"n": 1}, expected=0)

    assert versions.at(Reference("orders", 0)) is None
    assert versions.newest("nothing") is None


def test_a_stored_rule_stands_in_for_the_default_of_its_id_until_it_is_deleted(versions, save, watch):
    rules = DynamoDBRules(versions, watch.failed, watch)
    mine = Rule(id="tables", version=1, match=Match(prefix="x", suffixes=(".csv",)), lane="csv")
    save(to_document(mine), expected=0, name="tables")

    assert mine in rules.current()
    assert DEFAULT_RULES[1] not in rules.current()
    assert rules.at(Reference("tables", 1)) == mine

    save(to_document(mine), expected=1, deleted=True, name="tables")
    watch.time += FRESH
    assert set(rules.current()) == set(DEFAULT_RULES)
    assert rules.at(Reference("tables", 1)) == mine


def test_a_change_is_seen_after_the_time_that_what_was_read_is_kept(versions, save, watch):
    rules = DynamoDBRules(versions, watch.failed, watch)
    assert len(rules.current()) == len(DEFAULT_RULES)
    save(to_document(Rule(id="orders")), expected=0)

    watch.time += FRESH - 1
    assert len(rules.current()) == len(DEFAULT_RULES)
    watch.time += 1
    assert len(rules.current()) == len(DEFAULT_RULES) + 1


def test_while_the_table_is_down_the_last_known_rules_hold(versions, save, watch, dynamodb):
    save(to_document(Rule(id="orders")), expected=0)
    rules = DynamoDBRules(versions, watch.failed, watch)
    known = rules.current()
    dynamodb.delete_table(TableName="rules")

    watch.time += FRESH
    assert rules.current() == known
    assert [message for message, _ in watch.failures] == ["last known version used"]


def test_rules_that_were_never_read_are_not_guessed(versions, watch, dynamodb):
    dynamodb.delete_table(TableName="rules")

    with pytest.raises(MisconfiguredError):
        DynamoDBRules(versions, watch.failed, watch).current()


def test_a_rule_of_a_later_release_is_read_without_what_this_one_does_not_know(versions, save, watch):
    later = to_document(Rule(id="orders")) | {"colour": "red", "match": {"prefix": "a", "moon": "full"}}
    save(later, expected=0)

    rules = DynamoDBRules(versions, watch.failed, watch)
    assert rules.at(Reference("orders", 1)) == Rule(id="orders", version=1, match=Match(prefix="a"))


@pytest.mark.parametrize("reader", [DynamoDBRules, DynamoDBContracts])
def test_a_version_that_never_was_is_a_fault_of_ours(versions, watch, reader):
    with pytest.raises(MisconfiguredError, match=r"no version 7 of .* 'orders'"):
        reader(versions, watch.failed, watch).at(Reference("orders", 7))


def test_the_newest_contract_is_found_at_once_and_a_deleted_one_no_longer(versions, save, watch):
    contracts = DynamoDBContracts(versions, watch.failed, watch)
    assert contracts.latest("orders") is None

    save({"fields": []}, expected=0)
    assert contracts.latest("orders") == Reference("orders", 1)
    assert contracts.at(Reference("orders", 1)) == {"fields": []}

    save({"fields": []}, expected=1, deleted=True)
    watch.time += FRESH
    assert contracts.latest("orders") is None
