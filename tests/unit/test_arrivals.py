"""What is read from the events by which objects are announced."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluice.arrivals import Unreadable, read_arrival, write_arrival
from tests.fakes import START, arrival

KEYS = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("+ %é🧾/"), min_size=1)


@given(KEYS, st.booleans())
def test_a_key_of_any_characters_is_taken_verbatim(key, ascii_only):
    file = read_arrival(json.dumps(arrival(key), ensure_ascii=ascii_only), inbox="inbox")

    assert file.key == key


@pytest.mark.parametrize(
    "key", ["a+b.csv", "a b.csv", "a%20b.csv", "é.csv", "e\u0301.csv", "🧾.csv", "a//b", "/"]
)
def test_a_key_is_neither_unquoted_nor_normalized(key):
    assert read_arrival(json.dumps(arrival(key)), inbox="inbox").key == key


def test_the_same_file_has_the_same_id_however_often_it_is_announced():
    first, second = arrival(), arrival() | {"id": "another"}

    ids = {read_arrival(json.dumps(event), inbox="inbox").file_id for event in (first, second)}

    assert len(ids) == 1


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("hello", "the message is not JSON"),
        ("[]", "the message is not a JSON object"),
        ("{}", "the message is not an S3 event"),
        (json.dumps(arrival() | {"detail-type": "Object Deleted"}), "the message is not an S3 event"),
        (json.dumps(arrival() | {"detail": {}}), "the S3 event has another shape than expected"),
        (json.dumps(arrival() | {"time": "noon"}), "the S3 event has another shape than expected"),
        (json.dumps(arrival(key=None)), "the S3 event has another shape than expected"),
        (json.dumps(arrival(bucket="elsewhere")), "the bucket 'elsewhere' is not the inbox 'inbox'"),
    ],
)
def test_what_announces_no_file_of_ours_is_unreadable_with_a_reason(body, reason):
    found = read_arrival(body, inbox="inbox")

    assert isinstance(found, Unreadable)
    assert found.reason.startswith(reason)


@pytest.mark.parametrize(
    "body",
    [
        json.dumps(arrival(key="half a pair \ud800.csv")),
        json.dumps(arrival(size=-1)),
        json.dumps(arrival(size=2**70)),
        json.dumps(arrival(size="many")),
        json.dumps(arrival()).replace('"size": 100', '"size": Infinity'),
        json.dumps(arrival()).replace('"size": 100', '"size": NaN'),
        json.dumps(arrival() | {"time": "2026-03-02T09:00:00"}),
        json.dumps(arrival() | {"time": 7}),
        "[" * 100_000,
        '{"detail":' * 50_000 + "1" + "}" * 50_000,
    ],
)
def test_what_no_service_could_keep_is_unreadable_at_once_and_not_tried_a_thousand_times(body):
    assert isinstance(read_arrival(body, inbox="inbox"), Unreadable)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(st.characters(), max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(JSON, JSON, JSON, JSON)
def test_whatever_is_announced_is_a_file_that_can_be_written_down_or_unreadable(key, size, time, version):
    event = arrival()
    event["time"] = time or event["time"]
    event["detail"]["object"] |= {"key": key or "a.csv", "size": size or 1, "version-id": version}

    found = read_arrival(json.dumps(event), inbox="inbox")

    if not isinstance(found, Unreadable):
        assert read_arrival(write_arrival(found, reason="again", at=START), inbox="inbox") == found
        json.dumps(found.to_json(), ensure_ascii=False).encode()
