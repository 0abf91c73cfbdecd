"""Baselines are written only as they were read, and read wherever they are."""

import json
from datetime import UTC, datetime
from random import Random

import pytest

from sluice.aws.baselines import LARGEST, DynamoDBBaselines
from sluice.errors import MisconfiguredError
from sluice.tables.baselines import Baseline, Comparison
from sluice.tables.profile_changes import ColumnFigures, Figures

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def a_baseline(key="orders_1.csv", columns=1, label="é{}"):
    figures = Figures(3, tuple(ColumnFigures(label.format(n), "int", 0.5, 0.0, 2) for n in range(columns)))
    return Baseline("f1", key, "2026-03-02T09:00:00+00:00", "0055", figures, Comparison("orders_*.csv"))


def a_wide_baseline(key="orders_1.csv"):
    """One that no compression makes small."""
    return a_baseline(key, 512, label=f"{{}} {Random(1).randbytes(LARGEST).hex()}")


@pytest.fixture
def baselines(dynamodb, s3):
    dynamodb.create_table(
        TableName="datasets",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "dataset_id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "dataset_id", "AttributeType": "S"}],
    )
    return DynamoDBBaselines(dynamodb, "datasets", s3, "outbox", lambda: NOW)


def objects(s3):
    return [each["Key"] for each in s3.list_objects_v2(Bucket="outbox").get("Contents", [])]


def test_a_dataset_without_baseline_has_none(baselines):
    assert baselines.get("d1") == (None, "")


@pytest.mark.parametrize("baseline", [a_baseline(), a_baseline(columns=512), a_wide_baseline()])
def test_what_was_written_is_read(baselines, baseline):
    assert baselines.put("d1", baseline, "")
    found, token = baselines.get("d1")
    assert found == baseline
    assert baselines.put("d1", a_baseline("orders_2.csv"), token)
    assert baselines.get("d1")[0].key == "orders_2.csv"


def test_a_small_baseline_is_no_object(baselines, s3):
    baselines.put("d1", a_baseline(columns=100), "")
    assert objects(s3) == []


def test_a_small_baseline_takes_one_unit_of_writing(baselines, dynamodb):
    baselines.put("d1", a_baseline(columns=40), "")
    (item,) = dynamodb.scan(TableName="datasets")["Items"]
    assert len(item["baseline"]["B"]) < 900


def test_a_dataset_without_files_for_longer_than_a_year_is_forgotten(baselines, dynamodb):
    baselines.put("d1", a_baseline(), "")
    (item,) = dynamodb.scan(TableName="datasets")["Items"]
    assert datetime.fromtimestamp(int(item["expires_at"]["N"]), UTC) == datetime(2027, 4, 6, 9, 0, tzinfo=UTC)


def test_a_wide_baseline_is_an_object_of_its_file(baselines, s3):
    baselines.put("d1", a_wide_baseline(), "")
    assert objects(s3) == ["datasets/d1/f1.json"]


@pytest.mark.parametrize("held", [a_baseline(), a_wide_baseline()])
@pytest.mark.parametrize("late", [a_baseline("orders_3.csv"), a_wide_baseline("orders_3.csv")])
def test_a_baseline_that_changed_since_it_was_read_stays(baselines, held, late):
    baselines.put("d1", held, "")
    _, token = baselines.get("d1")
    baselines.put("d1", a_baseline("orders_2.csv"), token)
    assert not baselines.put("d1", late, token)
    assert not baselines.put("d1", late, "")
    assert baselines.get("d1")[0].key == "orders_2.csv"


def test_a_baseline_of_the_release_before_is_read_until_there_is_a_newer_one(baselines, s3):
    body = json.dumps(a_baseline().to_json()).encode()
    s3.put_object(Bucket="outbox", Key="datasets/d1.json", Body=body)
    found, token = baselines.get("d1")
    assert found == a_baseline()
    assert baselines.put("d1", a_baseline("orders_2.csv"), token)
    assert baselines.get("d1")[0].key == "orders_2.csv"


def test_a_wide_baseline_whose_object_was_removed_is_none(baselines, s3):
    baselines.put("d1", a_wide_baseline(), "")
    s3.delete_object(Bucket="outbox", Key="datasets/d1/f1.json")
    found, token = baselines.get("d1")
    assert found is None
    assert baselines.put("d1", a_baseline("orders_2.csv"), token)


@pytest.mark.usefixtures("baselines")
def test_a_table_or_bucket_that_is_not_there_is_ours_to_mend(dynamodb, s3):
    with pytest.raises(MisconfiguredError):
        DynamoDBBaselines(dynamodb, "nowhere", s3, "outbox", lambda: NOW).put("d1", a_baseline(), "")
    with pytest.raises(MisconfiguredError):
        DynamoDBBaselines(dynamodb, "datasets", s3, "nowhere", lambda: NOW).put("d1", a_wide_baseline(), "")
