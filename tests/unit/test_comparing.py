"""A profile is compared with the previous one of its dataset, in whatever order and how often files come."""

import io
from dataclasses import replace
from datetime import timedelta

import pytest

from sluice.errors import ServiceBusyError
from sluice.tables.baselines import Baseline
from sluice.tables.comparing import compare
from sluice.tables.csv_profiling import profile_stream
from sluice.tables.datasets import dataset_id
from sluice.tables.profile_changes import changes_between, figures_of
from tests.fakes import START, FakeBaselines, a_file


def figures(text):
    return figures_of(profile_stream(io.BytesIO(text.encode())))


def changed(before, after):
    return [
        (one["change"], one["column"], one["from"], one["to"])
        for one in changes_between(figures(before), figures(after))
    ]


def table(header, row, rows=50, other=None, others=0):
    return f"{header}\n" + f"{row}\n" * rows + f"{other}\n" * others


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (table("a,b", "1,x"), table("b,a", "z,2"), []),
        (table("a", "1"), table("a,b", "1,x"), [("column_added", "b", None, "string")]),
        (table("a,b", "1,x"), table("a", "1"), [("column_removed", "b", "string", None)]),
        (table("a,b", "1,x"), table("a,b", "1.5,x"), [("column_retyped", "a", "int", "float")]),
        (table("a,b", "1,x"), table("a,b", ",x"), [("missing_share_changed", "a", 0.0, 1.0)]),
        (
            table("a,b", "1,x", 200),
            table("a,b", "1,x", 180, ",x", 20),
            [("missing_share_changed", "a", 0.0, 0.1)],
        ),
        (table("a,b", "1,x", 200), table("a,b", "1,x", 196, ",x", 4), []),
        (table("a,b", "1,x", 5), table("a,b", "1,x", 4, ",x", 1), []),
        (
            table("a,b", "1,x", 200),
            table("a,b", "1,x", 184, "?!,x", 16),
            [("invalid_share_changed", "a", 0.0, 0.08)],
        ),
        (table("a,a", "1,2"), table("a,a", "1,x"), []),
    ],
)
def test_changes_that_matter_are_found(before, after, expected):
    assert changed(before, after) == expected


def test_a_change_says_itself_in_a_sentence():
    (change,) = changes_between(figures(table("a,b", "1,x")), figures(table("a,b", ",x")))
    assert change["message"] == "In column 'a' 100.0% of the cells are missing; it was 0.0%."


class Deliveries:
    """Files of one dataset, by number; each is uploaded an hour after the one before."""

    def __init__(self):
        self.baselines = FakeBaselines()

    def come(self, number, text="a\n1\n", key="sales/orders_{}.csv"):
        file = a_file(
            key.format(number),
            version_id=f"v{number}",
            sequencer=f"00{number}",
            uploaded_at=START + timedelta(hours=number),
        )
        return compare(file, profile_stream(io.BytesIO(text.encode())), self.baselines)


def test_the_first_file_of_a_dataset_is_compared_with_nothing():
    comparison = Deliveries().come(1)
    assert (comparison.dataset, comparison.previous_file_id, comparison.changes) == (
        "sales/orders_*.csv",
        None,
        (),
    )
    assert comparison.facts() == {"dataset": "sales/orders_*.csv"}


def test_the_next_file_is_compared_with_it_and_takes_its_place():
    deliveries = Deliveries()
    deliveries.come(1)
    second = deliveries.come(2, "a,b\n1,x\n")
    third = deliveries.come(3, "a,b\n2,z\n")
    assert second.previous_key == "sales/orders_1.csv"
    assert [one["change"] for one in second.changes] == ["column_added"]
    assert second.facts()["profile_changes"][0]["column"] == "b"
    assert (third.previous_key, third.changes) == ("sales/orders_2.csv", ())


def test_the_next_version_of_a_key_is_compared_by_its_sequencer():
    deliveries = Deliveries()
    deliveries.come(2, key="orders.csv")
    assert deliveries.come(3, key="orders.csv").previous_key == "orders.csv"
    assert deliveries.come(1, key="orders.csv").late


def test_a_file_that_comes_late_is_compared_with_nothing_and_takes_nobodys_place():
    deliveries = Deliveries()
    deliveries.come(2)
    late = deliveries.come(1, "b\n1\n")
    assert (late.late, late.previous_file_id, late.changes) == (True, None, ())
    assert deliveries.come(3).previous_key == "sales/orders_2.csv"


def test_a_golden_file_of_a_release_check_takes_nobodys_place():
    baselines = FakeBaselines()
    golden = replace(a_file("release-checks/1/orders.csv"), correlation_id="release-checks/1/")
    profile = profile_stream(io.BytesIO(table("a", "1").encode()))
    assert compare(golden, profile, baselines).previous_file_id is None
    assert baselines.get(dataset_id(golden.key)) == (None, "")


def test_a_retry_finds_what_the_attempt_before_it_found():
    deliveries = Deliveries()
    deliveries.come(1)
    first = deliveries.come(2, "a,b\n1,x\n")
    assert deliveries.come(2, "a,b\n1,x\n") == first
    assert len(first.changes) == 1


def test_another_delivery_between_look_and_write_is_compared_with_too(monkeypatch):
    deliveries = Deliveries()
    get = deliveries.baselines.get

    def get_and_be_overtaken(dataset):
        found = get(dataset)
        monkeypatch.setattr(deliveries.baselines, "get", get)
        deliveries.come(1, "x\n1\n")
        return found

    monkeypatch.setattr(deliveries.baselines, "get", get_and_be_overtaken)
    assert deliveries.come(2).previous_key == "sales/orders_1.csv"


def test_a_dataset_that_never_rests_is_our_trouble_not_the_files():
    deliveries = Deliveries()
    deliveries.baselines.put = lambda *_: False
    with pytest.raises(ServiceBusyError):
        deliveries.come(1)


def test_a_baseline_reads_back_what_it_wrote():
    deliveries = Deliveries()
    deliveries.come(1)
    deliveries.come(2, "a,b\n1,x\n")
    held = deliveries.baselines.held[dataset_id("sales/orders_1.csv")]
    assert Baseline.from_json(held.to_json()) == held
