"""Baselines are written only as they were read."""

import pytest

from sluice.aws.baselines import S3Baselines
from sluice.errors import MisconfiguredError
from sluice.tables.baselines import Baseline, Comparison
from sluice.tables.profile_changes import ColumnFigures, Figures


def a_baseline(key="orders_1.csv", columns=1):
    figures = Figures(3, tuple(ColumnFigures(f"é{n}", "int", 0.5, 0.0, 2) for n in range(columns)))
    return Baseline("f1", key, "2026-03-02T09:00:00+00:00", "0055", figures, Comparison("orders_*.csv"))


def test_a_dataset_without_baseline_has_none(s3):
    assert S3Baselines(s3, "outbox").get("d1") == (None, "")


def test_what_was_written_is_read(s3):
    baselines = S3Baselines(s3, "outbox")
    assert baselines.put("d1", a_baseline(columns=5_000), "")
    found, token = baselines.get("d1")
    assert found == a_baseline(columns=5_000)
    assert baselines.put("d1", a_baseline("orders_2.csv"), token)
    assert baselines.get("d1")[0].key == "orders_2.csv"


def test_a_baseline_that_changed_since_it_was_read_stays(s3):
    baselines = S3Baselines(s3, "outbox")
    baselines.put("d1", a_baseline(), "")
    _, token = baselines.get("d1")
    baselines.put("d1", a_baseline("orders_2.csv"), token)
    assert not baselines.put("d1", a_baseline("orders_3.csv"), token)
    assert not baselines.put("d1", a_baseline("orders_3.csv"), "")
    assert baselines.get("d1")[0].key == "orders_2.csv"


def test_a_bucket_that_is_not_there_is_ours_to_mend(s3):
    with pytest.raises(MisconfiguredError):
        S3Baselines(s3, "nowhere").put("d1", a_baseline(), "")
