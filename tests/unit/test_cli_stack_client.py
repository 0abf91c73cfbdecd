"""What the command line asks of AWS and makes of the answers."""

from datetime import UTC, datetime
from decimal import Decimal

import boto3
import pytest

from cli.errors import CommandError
from cli.files import Upload
from cli.stack.address import Address
from cli.stack_client import StackClient
from tests.unit import cli_stack
from tests.unit.cli_stack import ITEM


@pytest.fixture
def client(address):
    return StackClient(address)


@pytest.fixture
def catalogue(client, address):
    return address.dynamodb().Table(client.outputs["CatalogueTableName"])


def test_a_file_is_put_with_its_type_and_found_again_by_its_version(client, catalogue, tmp_path):
    file = tmp_path / "März + é.csv"
    file.write_text("a,b\n")
    sent = []

    upload = client.put(file, "uploads/März + é.csv", sent.append)

    catalogue.put_item(
        Item=ITEM | {"file_name": upload.name, "key": upload.key, "version_id": upload.version_id}
    )
    assert sum(sent) == 4
    assert client.find(upload)["status"] == "success"
    assert client.find(Upload(upload.key, "another version")) is None
    assert client.find(Upload("another/folder/März + é.csv", upload.version_id)) is None


def test_numbers_come_as_json_has_them(client, catalogue):
    catalogue.put_item(
        Item=ITEM
        | {"row_count": Decimal(3), "statistics": {"a": {"avg": Decimal("1.5")}}, "quality_issues": {}}
    )

    facts = client.file(ITEM["file_id"])

    assert (facts["row_count"], facts["statistics"]["a"]["avg"]) == (3, 1.5)
    assert isinstance(facts["row_count"], int)


def test_the_newest_files_of_all_statuses_are_listed_first(client, catalogue):
    for number, status in enumerate(("success", "error", "claimed", "success")):
        stamp = f"2026-03-0{number + 1}T00:00:00Z"
        catalogue.put_item(Item={"file_id": str(number), "status": status, "upload_timestamp": stamp})

    assert [facts["file_id"] for facts in client.files(None, 3)] == ["3", "2", "1"]
    assert [facts["file_id"] for facts in client.files("success", 9)] == ["3", "0"]
    assert client.count("success", datetime(2026, 3, 1, tzinfo=UTC)) == 2
    assert client.count("success", datetime(2026, 3, 2, tzinfo=UTC)) == 1
    assert client.count("failed", datetime(2026, 3, 1, tzinfo=UTC)) == 0


def test_what_is_kept_for_people_is_counted_queue_by_queue(client, address):
    url = client.outputs["CsvDeadLettersUrl"]
    address.client("sqs").send_message(QueueUrl=url, MessageBody="x")

    assert client.kept() == {"CsvDeadLettersUrl": 1, "FailedFilesQueueUrl": 1}  # one queue here


@pytest.mark.parametrize("name", ["nowhere", "empty"])
def test_a_stack_that_is_not_there_or_has_no_catalogue_is_not_deployed_yet(name):
    with pytest.raises(CommandError, match=f"The stack {name} is not deployed yet"):
        StackClient(cli_stack.address(name))


def test_what_aws_refuses_is_one_sentence(client, address):
    address.client("dynamodb").delete_table(TableName="catalogue")

    with pytest.raises(CommandError, match=r"^AWS refused: .*not found"):
        client.file("any")


def test_what_aws_refuses_of_a_list_below_a_prefix_is_one_sentence(client, address):
    address.client("dynamodb").delete_table(TableName="catalogue")

    with pytest.raises(CommandError, match=r"^AWS refused: cannot list the catalogue"):
        client.files_below("uploads/", None, 9)


def test_an_address_where_nothing_answers_is_one_sentence():
    session = boto3.Session("key", "secret", region_name="us-east-1")

    with pytest.raises(CommandError, match=r"^Nothing answers at http://127\.0\.0\.1:9\.$"):
        StackClient(Address("sluice", session, "http://127.0.0.1:9"))
