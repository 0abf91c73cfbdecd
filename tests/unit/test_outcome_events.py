"""The events of an outcome: each is what its schema in docs/schemas/events promises."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from sluice.announcing.announcements import Announcement
from sluice.announcing.outcome_events import EventType, events_of
from tests.fakes import an_announcement

SCHEMAS = Path(__file__).parents[2] / "docs/schemas/events"
BY_STATUS = {
    "success": "FileProcessed",
    "error": "FileRejected",
    "failed": "FileFailed",
    "skipped": "FileSkipped",
}
CHANGE = {"column": "amount", "was": "int", "is": "string"}


def schema_of(name):
    schema = json.loads((SCHEMAS / f"{name}.json").read_text())
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


def test_each_event_has_a_schema_and_each_schema_an_event():
    assert {path.stem for path in SCHEMAS.glob("*.json")} == set(EventType)


@pytest.mark.parametrize(("status", "name"), BY_STATUS.items())
def test_the_event_of_each_outcome_is_what_its_schema_says(status, name):
    told = an_announcement(
        status=status, error_message="Row 3 has 4 fields.", rule={"id": "tables", "version": 0}, size=7
    )

    [event] = events_of(told)

    assert event.type == name
    schema_of(name).validate(json.loads(event.body(20_000)))
    assert event.detail["correlation_id"] == "c1"
    assert event.detail["rule"] == {"id": "tables", "version": 0}


@pytest.mark.parametrize("name", BY_STATUS.values())
def test_a_schema_refuses_the_event_of_another_outcome(name):
    """A schema that takes anything would prove nothing."""
    others = [next(events_of(an_announcement(status=status))) for status in BY_STATUS]

    assert [event.type for event in others if schema_of(name).is_valid(event.detail)] == [name]


def test_what_the_release_before_recorded_still_makes_a_valid_event():
    image = {
        "file_id": {"S": "f1"}, "state_version": {"N": "3"}, "status": {"S": "skipped"},
        "processor": {"S": ""}, "file_name": {"S": "a/"}, "key": {"S": "a/"}, "correlation_id": {"S": "c1"},
    }  # fmt: skip

    [event] = events_of(Announcement.from_image(image))

    schema_of("FileSkipped").validate(event.detail)
    assert (event.detail["processor"], event.detail["contract"]) == (None, None)


def test_a_profile_that_changed_is_an_event_of_its_own_with_an_id_of_its_own():
    outcome, changed = events_of(an_announcement(profile_changes=(CHANGE,)))

    assert (outcome.type, changed.type) == ("FileProcessed", "ProfileChanged")
    assert (outcome.id, changed.id) == ("evt_f1_3", "evt_f1_3_profile")
    assert changed.detail["changes"] == [CHANGE]
    schema_of("ProfileChanged").validate(changed.detail)


def test_an_event_has_the_same_id_whenever_it_is_made_and_another_one_after_a_change_of_the_file():
    ids = [next(events_of(an_announcement(state_version=version))).id for version in (3, 3, 4)]

    assert ids == ["evt_f1_3", "evt_f1_3", "evt_f1_4"]


def test_numbers_lists_and_maps_of_the_stream_become_what_json_has():
    image = {
        "file_id": {"S": "f1"}, "state_version": {"N": "3"}, "status": {"S": "success"},
        "processor": {"S": "p"}, "file_name": {"S": "a"}, "key": {"S": "a"}, "correlation_id": {"S": "c1"},
        "size": {"N": "12"},
        "contract": {"M": {"id": {"S": "orders"}, "version": {"N": "2"}}},
        "results": {"L": [{"S": "x"}]},
        "profile_changes": {"L": [{"M": {"share": {"N": "0.5"}, "was": {"NULL": True}}}]},
        "statistics": {"M": {"not": {"S": "read"}}},
    }  # fmt: skip

    told = Announcement.from_image(image)

    assert (told.size, told.contract, told.results) == (12, {"id": "orders", "version": 2}, ("x",))
    assert told.profile_changes == ({"share": 0.5, "was": None},)


@pytest.mark.parametrize("limit", [20_000, 261_120])
@given(char=st.sampled_from(["a", "é", "\x01", "📊", '"']), count=st.integers(0, 300))
def test_an_event_keeps_its_limit_whatever_the_key_and_however_many_results(limit, char, count):
    """A key has up to 1024 bytes, of which JSON makes up to six times as many."""
    key = char * (1024 // len(char.encode()))
    facts = {"status": "error", "error_message": char * 5000, "results": (key,) * count}

    [event] = events_of(an_announcement(key=key, file_name=key, **facts))
    body = event.body(limit)

    assert len(body.encode()) <= limit
    schema_of("FileRejected").validate(json.loads(body))
    assert json.loads(body)["result_count"] == count
