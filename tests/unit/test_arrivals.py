"""What is read from the events by which objects are announced."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluice.arrivals import Unreadable, read_arrival
from tests.fakes import arrival

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
