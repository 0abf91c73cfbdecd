"""The catalogue keeps one item per file, and changes it under conditions only."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from sluice.announcing.announcements import Announcement
from sluice.aws.dynamodb import DynamoDBCatalogue
from sluice.aws.items import attribute
from sluice.batches import Task
from sluice.outcomes import Outcome, Status
from sluice.ports.catalogue import Claimed, Held, Settled
from sluice.rules.rule import Rule

NOW = datetime.now(UTC)
LATER = (NOW + timedelta(hours=1)).replace(microsecond=0)
EARLIER = NOW - timedelta(hours=1)


def claim(catalogue, file, until=LATER):
    return catalogue.claim(file, processor="profile_csv", lane="csv", until=until)


def announcement(file, item):
    version = int(item["state_version"]["N"])
    return Announcement(file.file_id, version, "success", file.name, file.key, "profile_csv", "c-1")


def test_a_new_file_is_claimed_as_attempt_1_with_what_its_arrival_says(catalogue, file, item_of):
    assert claim(catalogue, file()) == Claimed(1)

    item = item_of(file())
    assert item["status"] == {"S": "claimed"}
    assert item["key"] == {"S": "data/März + é.csv"}
    assert item["file_name"] == {"S": "März + é.csv"}
    assert item["upload_timestamp"] == {"S": "2026-03-01T12:00:00+00:00"}
    assert item["correlation_id"] == {"S": "c-1"}
    assert item["attempt"] == item["state_version"] == {"N": "1"}


def test_a_file_of_an_unversioned_bucket_can_be_claimed(catalogue, file, item_of):
    assert claim(catalogue, file(version_id=None)) == Claimed(1)

    assert item_of(file(version_id=None))["version_id"] == {"S": ""}


@pytest.mark.parametrize("begun", [False, True])
def test_an_unexpired_claim_is_held_until_it_expires(catalogue, file, begun):
    claim(catalogue, file())
    if begun:
        catalogue.begin(Task(file(), 1), until=LATER)

    assert claim(catalogue, file()) == Held(LATER)


@pytest.mark.parametrize("status", [Status.SUCCESS, Status.ERROR, Status.SKIPPED, Status.FAILED])
def test_a_file_with_its_outcome_is_settled(catalogue, file, status):
    claim(catalogue, file(), until=EARLIER)
    catalogue.record(Task(file(), 1), Outcome(status), at=NOW)

    assert claim(catalogue, file()) == Settled()


@pytest.mark.parametrize("begun", [False, True])
def test_an_expired_claim_is_taken_over_as_attempt_2(catalogue, file, begun):
    claim(catalogue, file(), until=EARLIER)
    if begun:
        catalogue.begin(Task(file(), 1), until=EARLIER)

    assert claim(catalogue, file()) == Claimed(2)


def test_only_the_newest_attempt_begins_and_records(catalogue, file, item_of):
    claim(catalogue, file(), until=EARLIER)
    claim(catalogue, file())
    before = item_of(file())

    assert not catalogue.begin(Task(file(), 1), until=LATER)
    assert not catalogue.record(Task(file(), 1), Outcome(Status.ERROR), at=NOW)
    assert item_of(file()) == before
    assert catalogue.begin(Task(file(), 2), until=LATER)
    assert catalogue.record(Task(file(), 2), Outcome(Status.SUCCESS), at=NOW)


def test_an_attempt_that_crashed_may_begin_again(catalogue, file):
    claim(catalogue, file())

    assert catalogue.begin(Task(file(), 1), until=LATER)
    assert catalogue.begin(Task(file(), 1), until=LATER)


def test_an_outcome_is_recorded_once_and_stays(catalogue, file, item_of):
    claim(catalogue, file())
    catalogue.record(Task(file(), 1), Outcome(Status.SUCCESS), at=NOW)

    assert not catalogue.record(Task(file(), 1), Outcome.error("too late"), at=NOW)
    assert not catalogue.begin(Task(file(), 1), until=LATER)
    assert item_of(file())["status"] == {"S": "success"}


def test_a_file_that_was_never_claimed_has_no_outcome(catalogue, file):
    assert not catalogue.record(Task(file(), 1), Outcome(Status.SUCCESS), at=NOW)


def test_an_outcome_is_stored_with_its_facts_and_its_mark(dynamodb, file, item_of):
    catalogue = DynamoDBCatalogue(dynamodb, "catalogue", keep=timedelta(days=1))
    claim(catalogue, file())
    facts = {"row_count": 2, "size": 3, "statistics": {"a b": {"avg": 1.5}}}

    catalogue.record(Task(file(), 1), Outcome(Status.ERROR, "Odd.", ("x.json",), facts), at=NOW)

    item = item_of(file())
    assert item["status"] == item["unannounced"] == {"S": "error"}
    assert item["error_message"] == {"S": "Odd."}
    assert item["results"] == {"L": [{"S": "x.json"}]}
    assert item["statistics"] == {"M": {"a b": {"M": {"avg": {"N": "1.5"}}}}}
    assert item["processed_timestamp"] == {"S": NOW.isoformat()}
    assert item["expires_at"] == {"N": str(int((NOW + timedelta(days=1)).timestamp()))}
    assert "claimed_until" not in item


def test_a_released_claim_can_be_taken_at_once(catalogue, file):
    claim(catalogue, file())

    catalogue.release(Task(file(), 1))

    assert claim(catalogue, file()) == Claimed(2)


def test_a_claim_that_was_taken_over_cannot_be_released_by_who_had_it(catalogue, file):
    claim(catalogue, file(), until=EARLIER)
    claim(catalogue, file())

    catalogue.release(Task(file(), 1))

    assert claim(catalogue, file()) == Held(LATER)


def test_an_announced_outcome_loses_its_mark_unless_the_file_has_changed_since(catalogue, file, item_of):
    claim(catalogue, file())
    early = announcement(file(), item_of(file()))
    catalogue.record(Task(file(), 1), Outcome(Status.SUCCESS), at=NOW)

    catalogue.announced(early)
    assert "unannounced" in item_of(file())
    catalogue.announced(announcement(file(), item_of(file())))
    assert "unannounced" not in item_of(file())


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        (1.5, {"N": "1.5"}),
        (0.1, {"N": "0.1"}),
        (0, {"N": "0"}),
        (True, {"BOOL": True}),
        (None, {"NULL": True}),
        (float("nan"), {"S": "nan"}),
        (float("inf"), {"S": "inf"}),
        (float("-inf"), {"S": "-inf"}),
        (1e300, {"S": "1e+300"}),
        (1e-300, {"S": "1e-300"}),
        (Status.ERROR, {"S": "error"}),
        ((1, "a"), {"L": [{"N": "1"}, {"S": "a"}]}),
        ({1: {"x": 2.5}}, {"M": {"1": {"M": {"x": {"N": "2.5"}}}}}),
    ],
)
def test_a_value_is_stored_as_a_number_where_it_fits_and_as_text_where_not(value, stored):
    assert attribute(value) == stored


def test_a_number_of_more_than_38_digits_is_stored_rounded_to_38():
    stored = attribute(int("1" * 40))

    assert Decimal(stored["N"]) == Decimal("1" * 38 + "00")


@pytest.mark.parametrize(
    "value", [int("9" * 40), float("nan"), float("-inf"), 1e300, 5e-324, 0.1 + 0.2, -0.0]
)
def test_every_number_can_be_stored(catalogue, file, value):
    claim(catalogue, file())

    assert catalogue.record(Task(file(), 1), Outcome(Status.SUCCESS, facts={"n": value}), at=NOW)


def test_a_claim_keeps_which_rule_decided_and_what_it_says_of_notifications(catalogue, file, item_of):
    wishes = {"error": "none", "success": "mail"}
    later = datetime.now(UTC) + timedelta(minutes=5)
    rule = Rule(id="orders", version=3, processor="profile_csv", notifications=wishes)

    catalogue.claim(file(), processor="profile_csv", lane="csv", until=later, rule=rule)

    told = Announcement.from_image(item_of(file()))
    assert (told.rule, told.notifications) == ({"id": "orders", "version": 3}, wishes)


def test_a_later_claim_by_a_rule_without_wishes_forgets_those_of_the_earlier_one(catalogue, file, item_of):
    past, later = (datetime.now(UTC) + timedelta(minutes=minutes) for minutes in (-5, 5))
    for until, wishes in ((past, {"error": "none"}), (later, {})):
        rule = Rule(id="orders", processor="profile_csv", notifications=wishes)
        catalogue.claim(file(), processor="profile_csv", lane="csv", until=until, rule=rule)

    assert Announcement.from_image(item_of(file())).notifications == {}
