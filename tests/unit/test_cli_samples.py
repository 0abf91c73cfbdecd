"""The samples and what is expected of them agree, and a deviation is told in words."""

import csv
import json

import pytest

from cli.errors import CommandError
from cli.files import OUTCOMES
from cli.samples import EXPECTED, SAMPLES, deviations, expectations, sample_sources


def test_every_sample_has_an_expectation_and_the_other_way_round():
    files = {path.name for path in SAMPLES.iterdir() if path.is_file()} - {EXPECTED}

    assert files == expectations().keys()
    assert all(facts["status"] in OUTCOMES for facts in expectations().values())


def test_the_samples_hold_what_they_are_there_for():
    names = list(expectations())

    assert any(" " in name and "+" in name and "é" in name for name in names)
    assert {name.rsplit(".")[-1] for name in names} == {"csv", "txt", "jpg", "png", "gif"}
    with pytest.raises(csv.Error), (SAMPLES / "malformed.csv").open(newline="") as malformed:
        list(csv.reader(malformed, strict=True))


def test_the_expected_rows_are_those_of_the_files():
    for name, facts in expectations().items():
        if "row_count" in facts:
            with (SAMPLES / name).open(newline="", encoding="utf-8") as file:
                assert sum(1 for _ in csv.DictReader(file)) == facts["row_count"]


def test_a_sample_is_put_below_uploads_under_its_own_name():
    keys = [source.key for source in sample_sources()]

    assert "uploads/März + Umsatz é.csv" in keys


def test_facts_that_are_the_expected_ones_deviate_in_nothing():
    facts = {"status": "success", "quality_issues": {"has_issues": False}, "row_count": 3}

    assert deviations({"status": "success", "quality_issues.has_issues": False}, facts) == []


def test_every_fact_that_is_another_is_told():
    assert deviations({"status": "success", "row_count": 3}, {"status": "error", "error_message": "no"}) == [
        "status is 'error' and not 'success'",
        "row_count is None and not 3",
    ]


def test_a_file_that_never_arrived_is_told():
    assert deviations({"status": "success"}, None) == ["it never arrived"]


def test_a_folder_without_expectations_is_named(tmp_path):
    with pytest.raises(CommandError, match="There are no samples in"):
        expectations(tmp_path)


def test_expectations_are_read_as_utf_8(tmp_path):
    (tmp_path / EXPECTED).write_bytes(json.dumps({"é.csv": {}}, ensure_ascii=False).encode())

    assert expectations(tmp_path) == {"é.csv": {}}
