"""A file under a contract, from upload to verdict, through the deployed template with its own roles."""

import csv
import io
import json
from datetime import UTC, datetime

import pytest

from sluice.aws.versions import DynamoDBVersions
from sluice.contracts.reading import contract_problems
from sluice.rules.editing import Editor
from sluice.rules.versions import Version

pytestmark = pytest.mark.e2e

FOLDER = "under-contract"
CONTRACT = {
    "schema": {
        "fields": [
            {"name": "id", "type": "integer"},
            {"name": "amount", "type": "number", "constraints": {"minimum": 0}},
        ],
        "primaryKey": "id",
    },
    "checks": {"rows": {"minimum": 1}},
}


@pytest.fixture(scope="module")
def contract(product):
    """A stored contract, and a rule that holds the files of one folder against it."""
    versions = DynamoDBVersions(product.client("dynamodb"), product.outputs["ContractsTableName"])
    editor = Editor(versions, contract_problems, lambda: datetime.now(UTC))
    stored = editor.create("amounts", CONTRACT, "a test")
    assert isinstance(stored, Version)
    rule = {
        "id": "under-contract",
        "name": "Under contract",
        "match": {"prefix": f"{FOLDER}/"},
        "priority": 1,
        "processor": "profile_csv",
        "lane": "csv",
        "contract": "amounts",
    }
    answer = product.client("lambda").invoke(
        FunctionName=product.outputs["RulesApiFunctionName"],
        Payload=json.dumps({"action": "create", "data": rule, "source": "a test"}).encode(),
    )
    assert json.loads(answer["Payload"].read())["status"] == "created"
    product.renew("Dispatch")
    return stored


def test_a_file_that_holds_to_its_contract_is_accepted(product, contract):
    key = f"{FOLDER}/good.csv"
    product.upload(key, b"id,amount\n1,2.5\n2,0\n")

    item = product.outcome(key)

    assert (item["status"], item["verdict"], item["breach_count"]) == ("success", "accepted", 0)
    assert item["contract"] == {"id": contract.id, "version": contract.version}
    assert product.result(f"processed/{FOLDER}/good_summary.json")["contract"]["verdict"] == "accepted"


def test_a_file_that_breaks_its_contract_is_an_error_with_its_bad_rows(product, contract):
    key = f"{FOLDER}/bad.csv"
    product.upload(key, b"id,amount\n1,-5\n1,=2\n3,1\n")

    item = product.outcome(key)

    assert (item["status"], item["verdict"]) == ("error", "rejected")
    assert item["error_message"].startswith("The file breaks its contract in row 2, column 'amount'")
    assert int(item["breach_count"]) == 3
    assert all(result.startswith("rejected/") for result in item["results"])
    section = product.result(f"rejected/{FOLDER}/bad_summary.json")["contract"]
    assert (section["id"], section["totals"]) == (contract.id, {"minimum": 1, "primary-key": 1, "type": 1})
    body = product.client("s3").get_object(
        Bucket=product.outputs["OutboxBucketName"], Key=f"rejected/{FOLDER}/bad_bad_rows.csv"
    )["Body"]
    rows = list(csv.reader(io.StringIO(body.read().decode("utf-8-sig"))))
    assert rows[2] == ["3", "id: repeats row 2; amount: is not a number", "1", "'=2"]


def test_the_next_file_of_a_dataset_is_compared_with_the_one_before(product):
    product.upload("deliveries/stock_2026-03-01.csv", b"id,amount\n1,2.5\n2,0\n")
    first = product.outcome("deliveries/stock_2026-03-01.csv")
    product.upload("deliveries/stock_2026-03-02.csv", b"id,colour\n1,red\n2,blue\n")
    second = product.outcome("deliveries/stock_2026-03-02.csv")

    assert "profile_changes" not in first
    assert first["dataset"] == second["dataset"] == "deliveries/stock_*.csv"
    assert [(one["change"], one["column"]) for one in second["profile_changes"]] == [
        ("column_added", "colour"),
        ("column_removed", "amount"),
    ]
    changes = product.result("processed/deliveries/stock_2026-03-02_summary.json")["changes"]
    assert changes["previous_key"] == "deliveries/stock_2026-03-01.csv"
