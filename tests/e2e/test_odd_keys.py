"""Whatever S3 takes as a key goes through arrival, sweep and replay, and is the same key at the end."""

import json

import pytest

from tests.e2e.test_recovery import deaf
from tests.local.waiting import eventually

pytestmark = pytest.mark.e2e

NAMES = (
    "a+b c.csv",
    "%2F%20.csv",
    "a&b<c>'\".csv",
    "\u00e9 composed.csv",
    "e\u0301 decomposed.csv",
    "\U0001f4c4.csv",
    "\u202egnp.csv",
    "\uffff.csv",
    "tab\there.csv",
    "new\nline.csv",
    "\x01\x7f.csv",
    "*?[x].csv",
    " lead and trail .csv",
    "double//slash.csv",
    "./dot.csv",
    "x" * 980 + ".csv",
)


def test_odd_keys_arrive_as_they_are(product):
    for name in NAMES:
        product.upload(f"odd/{name}", b"a,b\n1,2\n")

    assert _outcomes(product, "odd/") == {f"odd/{name}": "success" for name in NAMES}


def test_odd_keys_are_taken_in_by_a_sweep_as_they_are(product):
    with deaf(product):
        for name in NAMES:
            product.upload(f"swept/{name}", b"a,b\n1,2\n")
    states = product.client("stepfunctions")
    execution = states.start_execution(
        stateMachineArn=product.outputs["BackfillStateMachineArn"],
        input=json.dumps({"prefix": "swept/", "grace_seconds": 0, "gone": True}),
    )["executionArn"]

    ended = eventually(lambda: _ended(states, execution), within=90)
    assert json.loads(ended["output"])["counts"]["taken_in"] == len(NAMES)
    assert _outcomes(product, "swept/") == {f"swept/{name}": "success" for name in NAMES}


def _outcomes(product, prefix):
    """Wait until every key has its outcome."""

    def ended():
        pages = product.client("dynamodb").get_paginator("scan")
        items = [
            item
            for page in pages.paginate(TableName=product.outputs["CatalogueTableName"], ConsistentRead=True)
            for item in page["Items"]
            if item["key"]["S"].startswith(prefix) and item["status"]["S"] not in ("claimed", "processing")
        ]
        found = {item["key"]["S"]: item["status"]["S"] for item in items}
        return found if len(found) == len(items) == len(NAMES) else None

    return eventually(ended, within=90)


def _ended(states, execution):
    found = states.describe_execution(executionArn=execution)
    return found if found["status"] != "RUNNING" else None
