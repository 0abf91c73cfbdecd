"""Files whose names differ in numbers and dates alone are deliveries of one dataset."""

import pytest

from sluice.tables.datasets import dataset_id, dataset_of


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("orders.csv", "orders.csv"),
        ("sales/orders_2026-03-02.csv", "sales/orders_*.csv"),
        ("sales/orders_20260302.csv", "sales/orders_*.csv"),
        ("sales/orders_2026-03-02T09-30-00Z.csv", "sales/orders_*.csv"),
        ("sales/orders 2026.03.02 0930.csv", "sales/orders *.csv"),
        ("orders-7.csv", "orders-*.csv"),
        ("2026_orders_03.csv", "*_orders_*.csv"),
        ("20260302.csv", "*.csv"),
        ("orders_2026-03-02.csv.gz", "orders_*.csv.gz"),
        ("orders_March_2026.csv", "orders_*.csv"),
        ("orders_2026-Mar.csv", "orders_*.csv"),
        ("marching_orders.csv", "marching_orders.csv"),
        ("export_c56a4180-65aa-42ec-a945-5fd21dec0538.csv", "export_*.csv"),
        ("sales/2026/03/02/orders.csv", "sales/*/*/*/orders.csv"),
        ("sales/2026-03-02/orders.csv", "sales/*/orders.csv"),
        ("sales/20260302/orders.csv", "sales/*/orders.csv"),
        ("sales/dt=2026-03-02/orders.csv", "sales/dt=*/orders.csv"),
        ("sales/year=2026/month=3/orders.csv", "sales/year=*/month=*/orders.csv"),
        ("customer-12/orders.csv", "customer-12/orders.csv"),
        ("customers/12/orders.csv", "customers/12/orders.csv"),
        ("customers/123456/orders.csv", "customers/123456/orders.csv"),
        ("März/Umsatz é 3.csv", "März/Umsatz é *.csv"),
        ("v2/orders", "v2/orders"),
        ("a//b_1.csv", "a//b_*.csv"),
    ],
)
def test_the_pattern_of_a_key(key, expected):
    assert dataset_of(key) == expected


def test_other_folders_names_and_endings_are_other_datasets():
    keys = ["a/orders_1.csv", "b/orders_1.csv", "a/items_1.csv", "a/orders_1.tsv", "a/orders.csv"]
    assert len({dataset_id(key) for key in keys}) == len(keys)


def test_deliveries_of_a_dataset_share_an_id():
    assert dataset_id("a/orders_1.csv") == dataset_id("a/orders_2026-03-02.csv")
