"""The table and its stream: conditions, index, expiry, and what becomes of a batch that fails."""

import json

import pytest
from botocore.exceptions import ClientError

from tests.local.waiting import eventually

pytestmark = pytest.mark.e2e


def test_a_write_whose_condition_fails_is_refused_and_shows_the_item(trial):
    trial.put_item(file_id="claimed", status="claimed")

    with pytest.raises(ClientError, match="ConditionalCheckFailed") as refused:
        trial.client("dynamodb").put_item(
            TableName=trial.outputs["CatalogueTableName"],
            Item={"file_id": {"S": "claimed"}},
            ConditionExpression="attribute_not_exists(file_id)",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    assert refused.value.response["Item"]["status"] == {"S": "claimed"}


def test_the_index_lists_by_status_newest_first(trial):
    for day in ("01", "03", "02"):
        trial.put_item(file_id=f"day-{day}", status="listed", upload_timestamp=f"2026-01-{day}")

    items = trial.client("dynamodb").query(
        TableName=trial.outputs["CatalogueTableName"],
        IndexName="by-status",
        KeyConditionExpression="#s = :s",
        ExpressionAttributeNames={"#s": "status"},
        ExpressionAttributeValues={":s": {"S": "listed"}},
        ScanIndexForward=False,
    )["Items"]
    assert [item["file_id"]["S"] for item in items] == ["day-03", "day-02", "day-01"]


def test_the_table_has_its_expiry_and_its_recovery(trial):
    table, dynamodb = trial.outputs["CatalogueTableName"], trial.client("dynamodb")

    expiry = dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    backups = dynamodb.describe_continuous_backups(TableName=table)["ContinuousBackupsDescription"]
    assert (expiry["AttributeName"], expiry["TimeToLiveStatus"]) == ("expires_at", "ENABLED")
    assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"


def test_only_marked_changes_reach_the_function_and_only_wanted_messages_the_subscriber(trial):
    trial.put_item(file_id="quiet", status="success")
    trial.put_item(file_id="error-told", status="error", unannounced="1")
    trial.put_item(file_id="success-told", status="success", unannounced="1")

    assert eventually(lambda: trial.messages("HeardUrl")) == ["success-told"]


def test_a_batch_that_fails_is_halved_until_only_the_bad_record_is_given_up(trial):
    for name in ("before", "poison", "after"):
        trial.put_item(file_id=name, status="success", unannounced="1")

    heard: list[str] = []
    eventually(lambda: heard.extend(trial.messages("HeardUrl")) or set(heard) == {"before", "after"})
    [message] = eventually(lambda: trial.messages("UnannouncedUrl"))
    failure = json.loads(message)
    assert failure["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert failure["DDBStreamBatchInfo"]["batchSize"] == 1


def test_a_record_that_the_function_reports_is_repeated_and_those_before_it_are_not(trial):
    for name in ("first", "later", "last"):
        trial.put_item(file_id=name, status="success", unannounced="1")

    heard: list[str] = []
    eventually(lambda: heard.extend(trial.messages("HeardUrl")) or "last" in heard)
    assert sorted(heard) == ["first", "last"]
    assert eventually(lambda: trial.messages("UnannouncedUrl"))
