"""Notes for the digest are kept by the hour, each outcome once; mails are counted by the minute."""

from datetime import UTC, datetime, timedelta

import boto3
import pytest

from sluice.announcing.digests import Entry
from sluice.aws.digest_table import DynamoDBDigestBook
from sluice.errors import ServiceBusyError

NINE = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
def table():
    client = boto3.client("dynamodb")
    client.create_table(
        TableName="digests",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[
            {"AttributeName": "period", "KeyType": "HASH"},
            {"AttributeName": "entry", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "period", "AttributeType": "S"},
            {"AttributeName": "entry", "AttributeType": "S"},
        ],
    )
    return client


@pytest.fixture
def book(table):
    return DynamoDBDigestBook(table, "digests")


def entry(number, **facts):
    values = {"status": "success", "processor": "p", "folder": "in/", "file_name": "é.csv", "mailed": False}
    return Entry(id=f"evt_{number}", **values | facts)


def noted(book, hour):
    return [entry for page in book.entries(hour) for entry in page]


def test_what_was_noted_twice_is_there_once_and_only_in_its_hour(book):
    for _ in range(2):
        book.note([entry(1, mailed=True), entry(2, processor="", folder="")], at=NINE)

    assert noted(book, NINE) == [entry(1, mailed=True), entry(2, processor="", folder="")]
    assert noted(book, NINE + timedelta(hours=1)) == []


def test_more_than_one_call_takes_are_all_noted(book):
    book.note([entry(f"{n:03}") for n in range(60)], at=NINE)

    assert len(noted(book, NINE)) == 60


def test_nothing_to_note_is_no_call(book):
    book.note([], at=NINE)

    assert noted(book, NINE) == []


def test_what_a_call_did_not_take_is_written_again_and_then_a_fault(book, table, monkeypatch):
    def takes_nothing(*, RequestItems):  # noqa: N803  boto3's name
        return {"UnprocessedItems": RequestItems}

    monkeypatch.setattr(table, "batch_write_item", takes_nothing)

    with pytest.raises(ServiceBusyError):
        book.note([entry(1)], at=NINE)


def test_mails_are_counted_by_the_minute(book):
    assert [book.count_mails(3, at=NINE), book.count_mails(2, at=NINE)] == [0, 3]
    assert book.count_mails(1, at=NINE + timedelta(minutes=1)) == 0


def test_items_expire_but_how_far_digests_have_come_does_not(book, table):
    book.note([entry(1)], at=NINE)
    book.count_mails(1, at=NINE)
    book.sent(NINE)

    items = table.scan(TableName="digests")["Items"]
    assert ["expires_at" in item for item in items if item["period"]["S"] != "sent"] == [True, True]
    assert book.sent_until() == NINE
    assert ["expires_at" in item for item in items if item["period"]["S"] == "sent"] == [False]


def test_before_the_first_digest_none_was_sent(book):
    assert book.sent_until() is None
