"""The catalogue as people read it."""

import boto3
import pytest

from sluice.aws.catalogue_view import DynamoDBCatalogueView
from sluice.aws.items import attribute
from sluice.catalogue_queries import FilePage, FileQuery, Position
from sluice.outcomes import Status


@pytest.fixture
def table():
    client = boto3.client("dynamodb")
    keys = ("file_id", "status", "file_name", "upload_timestamp")
    client.create_table(
        TableName="files",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "file_id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in keys],
        GlobalSecondaryIndexes=[_index("by-status", "status"), _index("by-name", "file_name")],
    )
    return client


def _index(name, key):
    return {
        "IndexName": name,
        "KeySchema": [
            {"AttributeName": key, "KeyType": "HASH"},
            {"AttributeName": "upload_timestamp", "KeyType": "RANGE"},
        ],
        "Projection": {"ProjectionType": "KEYS_ONLY"}
        if name == "by-name"
        else {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["file_name", "key"]},
    }


@pytest.fixture
def put(table):
    def write(number, status="success", name="orders.csv", folder="acme/", minute=None):
        facts = {
            "file_id": f"{number:032x}", "status": status, "file_name": name, "key": folder + name,
            "size": 1.5,
            "upload_timestamp": f"2026-03-02T06:{number if minute is None else minute:02}:00+00:00",
        }  # fmt: skip
        item = {name: attribute(value) for name, value in facts.items()}
        table.put_item(TableName="files", Item=item)

    return write


@pytest.fixture
def view(table):
    return DynamoDBCatalogueView(table, "files")


def numbers(page):
    """The files of a page, by their numbers."""
    return [int(facts["file_id"], 16) for facts in page.files]


def through(view, query, limit):
    """All files of a query, page by page."""
    seen, after = [], None
    while True:
        page = view.find(query, limit=limit, after=after)
        seen += numbers(page)
        if page.next is None:
            return seen
        after = page.next


def test_a_file_is_read_as_json_has_it(view, put):
    put(1)

    assert view.file(f"{1:032x}")["size"] == 1.5
    assert view.file("nothing") is None


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
def test_files_of_all_states_come_newest_first_without_gaps_and_twins(view, put, limit):
    for number in range(20):
        put(number, status=list(Status)[number % len(Status)])

    assert through(view, FileQuery(), limit) == list(reversed(range(20)))


@pytest.mark.parametrize("limit", [1, 2, 5])
def test_files_of_the_same_moment_are_neither_lost_nor_told_twice(view, put, limit):
    for number in range(12):
        put(number, minute=number // 6, status="success" if number % 2 else "error")

    assert through(view, FileQuery(), limit) == list(reversed(range(12)))


@pytest.mark.parametrize(
    ("query", "after"),
    [
        (FileQuery(since="2027", until="2026"), None),
        (FileQuery(), Position("", "")),
        (FileQuery(since="2026-03-02"), Position("2025", "f")),
        (FileQuery(name="orders.csv", since="2027", until="2026"), None),
    ],
)
def test_where_no_moment_can_be_nothing_is_asked(put, query, after):
    """DynamoDB refuses a range that ends before it begins, and an empty text."""
    put(1)

    assert DynamoDBCatalogueView(None, "files").find(query, limit=9, after=after) == FilePage([], None)


def test_what_a_query_sets_limits_what_is_found(view, put):
    put(1, status="error")
    put(2, name="x.csv")
    put(3, folder="other/")
    put(4)

    assert numbers(view.find(FileQuery(status=Status.ERROR), limit=9)) == [1]
    assert numbers(view.find(FileQuery(name="orders.csv"), limit=9)) == [4, 3, 1]
    assert numbers(view.find(FileQuery(name="orders.csv", prefix="other/"), limit=9)) == [3]
    assert numbers(view.find(FileQuery(prefix="acme/x"), limit=9)) == [2]
    since = FileQuery(since="2026-03-02T06:02:00+00:00", until="2026-03-02T06:03:00+00:00")
    assert numbers(view.find(since, limit=9)) == [3, 2]


def test_a_rare_prefix_is_looked_for_some_pages_at_a_time(view, put, table, monkeypatch):
    for number in range(30):
        put(number, folder="rare/" if number in (0, 29) else "acme/")
    monkeypatch.setattr("sluice.aws.catalogue_view.MOST_PAGES", 2)
    paginator = table.get_paginator

    def small(name):
        pages = paginator(name)
        ask = pages.paginate
        pages.paginate = lambda **request: ask(**request, PaginationConfig={"PageSize": 5})
        return pages

    monkeypatch.setattr(table, "get_paginator", small)

    first = view.find(FileQuery(prefix="rare/"), limit=10)
    assert numbers(first) == [29]
    assert first.next is not None
    assert through(view, FileQuery(prefix="rare/"), 10) == [29, 0]


def test_more_files_of_a_name_than_one_request_fetches_are_all_found(view, put):
    for number in range(120):
        put(number, minute=0)

    assert len(view.find(FileQuery(name="orders.csv"), limit=200).files) == 120


def test_the_newest_files_of_a_name_are_found_without_reading_all_of_them(view, put, table):
    for number in range(250):
        put(number, minute=number % 60)
    calls = []
    table.meta.events.register("before-call.dynamodb.BatchGetItem", lambda **_: calls.append(1))

    assert len(view.find(FileQuery(name="orders.csv"), limit=5).files) == 5
    assert len(calls) <= 2


def test_each_file_of_a_name_is_fetched_once(view, put, table):
    for number in range(3):
        put(number)
    fetched = []
    table.meta.events.register(
        "provide-client-params.dynamodb.BatchGetItem",
        lambda params, **_: fetched.extend(params["RequestItems"]["files"]["Keys"]),
    )

    assert numbers(view.find(FileQuery(name="orders.csv"), limit=9)) == [2, 1, 0]
    assert len(fetched) == 3


def test_a_rare_folder_of_a_name_is_looked_for_some_files_at_a_time(view, put, monkeypatch):
    monkeypatch.setattr("sluice.aws.catalogue_view.MOST_NAMED", 100)
    for number in range(250):
        put(number, folder="rare/" if number in (0, 249) else "acme/", minute=number % 60)

    rare = FileQuery(name="orders.csv", prefix="rare/")
    assert view.find(rare, limit=10).next is not None
    assert sorted(through(view, rare, 10)) == [0, 249]
