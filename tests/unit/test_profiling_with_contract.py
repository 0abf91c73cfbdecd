"""A file under a contract is accepted as before, or rejected with its bad rows."""

import csv
import io
import json

import pytest

from sluice.errors import MisconfiguredError
from sluice.outcomes import Status
from sluice.processors.profiling import profile_file
from sluice.rules.references import Reference
from sluice.rules.rule import DEFAULT_RULES
from tests.fakes import FakeBaselines, FakeContracts, FakeInbox, FakeOutbox, a_file
from tests.summaries import validate_summary

ORDERS = Reference("orders", 2)
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
GOOD, BAD = b"id,amount\n1,2.5\n2,0\n", b"id,amount\n1,-5\n1,=2\n3,1\n"


def profiled(data, document=CONTRACT, key="sales/2026/orders.csv"):
    file, inbox, outbox = a_file(key), FakeInbox(), FakeOutbox()
    inbox.contents[file.key] = data
    contracts = FakeContracts(("orders", 2, document))
    outcome = profile_file(
        file,
        DEFAULT_RULES[0],
        ORDERS,
        inbox=inbox,
        outbox=outbox,
        contracts=contracts,
        baselines=FakeBaselines(),
    )
    return outcome, outbox.results


def summary(results, key):
    document = json.loads(results[key][1])
    validate_summary(document)
    return document


def test_an_accepted_file_is_a_success_that_says_so():
    outcome, results = profiled(GOOD)
    assert outcome.status == Status.SUCCESS
    assert outcome.results == (
        "processed/sales/2026/orders_summary.json",
        "processed/sales/2026/orders_report.html",
    )
    assert outcome.facts["verdict"] == "accepted"
    assert outcome.facts["contract"] == {"id": "orders", "version": 2}
    assert outcome.facts["breach_count"] == 0
    section = summary(results, outcome.results[0])["contract"]
    assert section == {
        "id": "orders", "version": 2, "verdict": "accepted", "totals": {}, "tolerated": 0, "breaches": [],
    }  # fmt: skip


def test_a_rejected_file_is_an_error_with_a_plain_sentence():
    outcome, _ = profiled(BAD)
    assert outcome.status == Status.ERROR
    assert outcome.error_message == (
        "The file breaks its contract in row 2, column 'amount': '-5' is below 0; 2 more breaches."
    )
    assert outcome.facts["verdict"] == "rejected"
    assert outcome.facts["breach_count"] == 3
    assert outcome.facts["breaches"]["totals"] == {"minimum": 1, "primary-key": 1, "type": 1}
    assert outcome.facts["row_count"] == 3


def test_nothing_of_a_rejected_file_goes_to_processed():
    outcome, results = profiled(BAD)
    assert set(results) == {
        "rejected/sales/2026/orders_summary.json",
        "rejected/sales/2026/orders_report.html",
        "rejected/sales/2026/orders_bad_rows.csv",
    }
    assert set(outcome.results) == set(results)


def test_its_summary_tells_each_breach_with_its_cell():
    _, results = profiled(BAD)
    document = summary(results, "rejected/sales/2026/orders_summary.json")
    assert document["status"] == "error"
    found = [
        (one["code"], one["row"], one["column"], one["cell"]) for one in document["contract"]["breaches"]
    ]
    assert found == [
        ("minimum", 2, "amount", "-5"), ("primary-key", 3, "id", "1"), ("type", 3, "amount", "=2"),
    ]  # fmt: skip


def test_its_bad_rows_are_a_harmless_csv():
    _, results = profiled(BAD)
    kind, body = results["rejected/sales/2026/orders_bad_rows.csv"]
    assert kind == "text/csv; charset=utf-8"
    assert list(csv.reader(io.StringIO(body.decode("utf-8-sig")))) == [
        ["row", "reasons", "id", "amount"],
        ["2", "amount: is below 0", "1", "-5"],
        ["3", "id: repeats row 2; amount: is not a number", "1", "'=2"],
    ]


@pytest.mark.parametrize(
    ("data", "why"), [(b"", "empty"), (b"%PDF-1.7", "PDF"), (b'id,amount\n1,"2\n', "never closed")]
)
def test_a_file_that_cannot_be_read_is_rejected_and_says_why(data, why):
    outcome, results = profiled(data)
    assert outcome.status == Status.ERROR
    assert why in outcome.error_message
    assert outcome.facts["breaches"]["totals"] == {"unreadable": 1}
    assert all(key.startswith("rejected/") for key in results)


def test_a_contract_that_is_wrong_is_our_fault_not_the_files():
    with pytest.raises(MisconfiguredError, match=r"orders, version 2: \$\.schema"):
        profiled(GOOD, {"schema": {}})


def test_a_table_breaking_everything_keeps_its_outputs_in_bounds():
    rows = b"id,amount\n" + b"x,y\n" * 50_000
    outcome, results = profiled(rows)
    assert outcome.facts["breach_count"] == 50_000 * 2 + 49_999
    assert len(json.dumps(outcome.facts)) < 20_000
    assert sum(len(body) for _, body in results.values()) < 2_000_000
