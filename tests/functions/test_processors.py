"""profile_csv and inspect_file: a batch in, outcomes in the catalogue, and the rest of the batch out."""

import json

import pytest

from tests.functions.conftest import event_of

BATCHES = [("profile_csv", "profile_csv_batch"), ("inspect_file", "inspect_file_batch")]


def test_a_profiled_file_has_its_outcome_its_summary_and_its_report(world, capsys):
    event = event_of("profile_csv_one_file")
    world.claim(event)
    world.inbox.contents["orders/2026/orders.csv"] = b"id,name\n1,x\n2,y\n"

    left = world.invoke("profile_csv", event)

    assert left == {"processor": "profile_csv", "files": []}
    assert world.catalogue.outcomes() == [("orders/2026/orders.csv", "success")]
    [(key, (content_type, summary)), (report_key, (report_type, report))] = world.outbox.results.items()
    assert (key, content_type) == ("processed/orders/2026/orders_summary.json", "application/json")
    assert json.loads(summary)["row_count"] == 2
    assert report_key == "processed/orders/2026/orders_report.html"
    assert report_type == "text/html; charset=utf-8"
    assert b"orders.csv" in report
    assert '"SuccessFiles":[1.0]' in capsys.readouterr().out.replace(" ", "")


def test_inspected_files_have_what_was_found(world):
    event = event_of("inspect_file_batch")
    world.claim(event)
    world.inbox.contents |= {"photo.png": b"\x89PNG\r\n\x1a\n", "notes.txt": b"hello"}

    world.invoke("inspect_file", event)

    found = [outcome.facts["content_type_found"] for _, outcome in world.catalogue.recorded]
    assert found == ["image/png", "text/plain"]


@pytest.mark.parametrize(("function", "name"), BATCHES)
def test_deleted_files_end_as_errors(world, function, name):
    event = event_of(name)
    world.claim(event)

    world.invoke(function, event)

    messages = [outcome.error_message for _, outcome in world.catalogue.recorded]
    assert messages == ["The object was deleted before it could be read."] * 2


@pytest.mark.parametrize(("function", "name"), BATCHES)
def test_short_of_time_the_files_not_begun_are_returned_as_they_came(world, function, name):
    event = event_of(name)
    world.claim(event)
    world.context.milliseconds_left = 59_999

    left = world.invoke(function, event)

    assert left == event | {"files": event["files"][1:]}
    assert len(world.catalogue.recorded) == 1


@pytest.mark.parametrize(("function", "name"), BATCHES)
def test_a_batch_that_comes_twice_is_processed_once(world, function, name):
    event = event_of(name)
    world.claim(event)

    world.invoke(function, event)
    world.invoke(function, event)

    assert len(world.catalogue.recorded) == 2
