"""replay: a request in, a report out."""

import pytest

from sluice.errors import UnexpectedEventError
from tests.fakes import arrival


def test_a_dry_run_reports_what_lies_where_with_its_reason(world):
    body = arrival("uploads/a.csv", bucket="sluice-inbox")
    world.recovery.boxes.put("csv", body, attributes={"reason": "Timeout"})

    report = world.invoke("replay", "replay_dry_run")

    assert [(line["queue"], line["key"], line["action"]) for line in report["letters"]] == [
        ("csv", "uploads/a.csv", "would be replayed")
    ]
    assert world.recovery.arrivals.files == []


def test_a_request_that_names_no_queues_is_refused(world):
    with pytest.raises(UnexpectedEventError, match="not a request for a replay"):
        world.invoke("replay", {"dry_run": False})
