"""What happened to a file, as its item in the catalogue tells."""

from datetime import UTC, datetime, timedelta

import pytest

from sluice.histories import BOOKKEEPING, findings, history

UPLOADED = datetime(2026, 3, 2, 9, tzinfo=UTC)


def moment(seconds):
    return UPLOADED + timedelta(seconds=seconds)


def microseconds(seconds):
    return round(moment(seconds).timestamp() * 1_000_000)


PROCESSED = {
    "upload_timestamp": moment(0).isoformat(),
    "claimed_at": moment(1).isoformat(),
    "slot": microseconds(2),
    "begun_at": microseconds(3),
    "processed_timestamp": moment(4).isoformat(),
    "announced_at": moment(5).isoformat(),
    "status": "success",
}
AGAIN = {"status": "claimed", "reopened_at": moment(6).isoformat(), "reopened_by": "mia"}


def told(facts):
    return [(each.state, (each.at - UPLOADED).total_seconds()) for each in history(facts)]


def test_each_transition_has_its_time():
    assert told(PROCESSED) == [
        ("uploaded", 0), ("claimed", 1), ("slot", 2), ("processing", 3), ("success", 4), ("announced", 5),
    ]  # fmt: skip


def test_a_file_that_is_processed_again_tells_of_that_and_of_what_followed():
    facts = {name: value for name, value in PROCESSED.items() if name != "processed_timestamp"} | AGAIN

    assert told(facts) == [("uploaded", 0), ("reprocessed", 6)]
    assert history(facts)[-1].by == "mia"
    claimed = facts | {"claimed_at": moment(8).isoformat(), "slot": microseconds(9)}
    assert told(claimed) == [("uploaded", 0), ("reprocessed", 6), ("claimed", 8), ("slot", 9)]


@pytest.mark.parametrize("status", ["error", "failed", "skipped"])
def test_an_outcome_is_told_by_its_name(status):
    facts = {"upload_timestamp": moment(0).isoformat(), "processed_timestamp": moment(1).isoformat()}

    assert told(facts | {"status": status}) == [("uploaded", 0), (status, 1)]


def test_what_an_earlier_release_recorded_is_told_as_far_as_it_goes():
    """Its items have no time of a claim, of a beginning or of an announcement, and times without a zone."""
    facts = {"upload_timestamp": "2026-03-02T09:00:00", "status": "processing"}

    assert told(facts) == [("uploaded", 0)]


def test_a_deletion_is_the_last_that_happens():
    assert told(PROCESSED | {"deleted_at": moment(9).isoformat()})[-1] == ("deleted", 9)


def test_what_the_catalogue_keeps_for_itself_is_no_finding():
    told = {"status": "success", "row_count": 200, "rule": {"id": "a", "version": 1}}

    assert findings(told | dict.fromkeys(BOOKKEEPING, "x")) == told
