"""An item of the catalogue never exceeds what DynamoDB holds; what is large is pointed to."""

import csv
import io
import json
from datetime import timedelta

from boto3.dynamodb.types import Binary
from hypothesis import given
from hypothesis import strategies as st

from sluice.aws.catalogue_updates import outcome_attributes
from sluice.aws.items import attribute
from sluice.catalogue_items import LARGEST_FINDINGS, fitting, item_size
from sluice.processors.profiling import profile_file
from sluice.rules.references import Reference
from sluice.rules.rule import DEFAULT_RULES
from sluice.tables.csv_profiling import profile_stream
from sluice.tables.facts import facts_of
from sluice.tables.scan_limits import ScanLimits
from tests.fakes import START, FakeBaselines, FakeContracts, FakeInbox, FakeOutbox, a_file

LARGEST_ITEM = 400_000


def size_in_dynamodb(typed):
    """The size of a typed attribute, after the developer guide and independently of ours."""
    ((kind, value),) = typed.items()
    if kind == "S":
        return len(value.encode())
    if kind == "N":
        digits = value.lstrip("-").replace(".", "").split("E")[0].strip("0")
        return (len(digits) + 1) // 2 + 1 + value.startswith("-")
    if kind in ("BOOL", "NULL"):
        return 1
    if kind == "M":
        return 3 + sum(len(name.encode()) + size_in_dynamodb(item) + 1 for name, item in value.items())
    assert kind == "L"
    assert not isinstance(value, Binary)
    return 3 + sum(size_in_dynamodb(item) + 1 for item in value)


def table(columns, label="column_{}", rows=("x", "", "17")):
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([label.format(n) for n in range(columns)])
    for row in rows:
        writer.writerow([row] * columns)
    return text.getvalue().encode()


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


@given(JSON)
def test_our_size_is_never_below_that_of_dynamodb(value):
    assert item_size(value) >= size_in_dynamodb(attribute(value))


def test_the_facts_of_a_table_of_5000_columns_fit_with_a_pointer_to_the_rest():
    limits = ScanLimits(max_columns=5_000)
    rows = ["1", "", *["x"] * 3, "é" * 200, *["2"] * 40]
    facts = facts_of(profile_stream(io.BytesIO(table(5_000, "column_{} é", rows)), limits=limits))
    assert item_size(facts) > LARGEST_ITEM
    kept = fitting(facts, "processed/wide_summary.json")
    assert item_size(kept) <= LARGEST_FINDINGS + 10_000
    assert kept["row_count"] == len(rows)
    assert set(kept["facts_elsewhere"].values()) == {"processed/wide_summary.json"}
    assert set(kept["facts_elsewhere"]) | set(kept) >= set(facts)


def test_small_facts_stay_as_they_are():
    facts = facts_of(profile_stream(io.BytesIO(table(3))))
    assert fitting(facts, "processed/a_summary.json") == facts


def test_only_the_largest_parts_are_left_out():
    facts = {"row_count": 3, "schema": {"a": "int"}, "statistics": {"a": "x" * 350_000}, "quality_issues": {}}
    kept = fitting(facts, "k")
    assert kept == {
        "row_count": 3,
        "schema": {"a": "int"},
        "quality_issues": {},
        "facts_elsewhere": {"statistics": "k"},
    }


def test_the_item_of_the_largest_table_that_breaks_its_contract_fits():
    """512 columns with labels of a kilobyte, each changed since the last profile, each with its breach."""
    label = "é" * 500 + "{}"
    fields = [
        {"name": label.format(n), "type": "integer", "constraints": {"required": True}} for n in range(512)
    ]
    loose = {"fields": [{"name": field["name"]} for field in fields]}
    contracts = FakeContracts(("c", 1, {"fields": fields}), ("c", 2, loose))
    inbox, outbox, baselines = FakeInbox(), FakeOutbox(), FakeBaselines()
    outcomes = []
    deliveries = [(2, ["1"] * 30), (2, ["x", ""] * 15), (1, ["x", ""] * 15)]
    for number, (version, rows) in enumerate(deliveries):
        file = a_file(
            f"{'a' * 900}/t_{number}.csv",
            version_id=f"v{number}",
            uploaded_at=START + timedelta(hours=number),
        )
        inbox.contents[file.key] = table(512, label, rows)
        ports = {"inbox": inbox, "outbox": outbox, "contracts": contracts, "baselines": baselines}
        outcomes.append(profile_file(file, DEFAULT_RULES[0], Reference("c", version), **ports))
    assert [outcome.status for outcome in outcomes] == ["success", "success", "error"]
    assert "profile_changes" in {**outcomes[1].facts, **outcomes[1].facts.get("facts_elsewhere", {})}
    for outcome in outcomes:
        item = attribute(outcome_attributes(outcome, START, timedelta(days=90)))
        assert size_in_dynamodb(item) < LARGEST_ITEM
        assert json.loads(outbox.results[outcome.results[0]][1])["schema"]
