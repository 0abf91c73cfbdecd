"""`sluice reprocess`: which files it chooses, what it changes, and what it says."""

import json

import pytest

import cli.commands.reprocess
from cli.console import console
from cli.main import main
from cli.stack_client import StackClient
from tests.unit.cli_stack import ITEM

OLD = {"file_id": "0" * 32, "version_id": "v1", "upload_timestamp": "2026-03-01T06:45:10+00:00"}
BROKEN = {
    "file_id": "1" * 32,
    "file_name": "März [1].csv",
    "key": "uploads/März [1].csv",
    "status": "error",
    "upload_timestamp": "2026-03-03T00:00:00+00:00",
}


@pytest.fixture
def stack(address, monkeypatch):
    """A stack with two versions of one key, and a file that ended as error."""
    client = StackClient(address)
    client.caller = lambda: "arn:aws:iam::1:user/somebody"
    monkeypatch.setattr(cli.commands.reprocess, "connect", lambda: client)
    monkeypatch.setattr(console, "width", 200)
    table = address.dynamodb().Table("catalogue")
    new = ITEM | {
        "attempt": 1,
        "lane": "csv",
        "correlation_id": "c-1",
        "upload_timestamp": "2026-03-02T06:45:10+00:00",
    }
    for item in (new, new | OLD, new | BROKEN):
        table.put_item(Item=item)
    return address


@pytest.fixture
def run(capsys):
    def run_command(*arguments):
        with pytest.raises(SystemExit) as ended:
            main(["reprocess", *arguments])
        return ended.value.code, capsys.readouterr().out

    return run_command


def items(stack):
    return {item["file_id"]: item for item in stack.dynamodb().Table("catalogue").scan()["Items"]}


def announced(stack):
    sqs = stack.client("sqs")
    url = sqs.get_queue_url(QueueName="arrivals")["QueueUrl"]
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    return int(attributes["ApproximateNumberOfMessages"]) + int(
        attributes["ApproximateNumberOfMessagesDelayed"]
    )


@pytest.mark.parametrize("wanted", [ITEM["file_id"], ITEM["key"], ITEM["file_name"]])
def test_without_yes_it_says_what_would_happen_and_changes_nothing(stack, run, wanted):
    before = items(stack)

    code, output = run(wanted)

    assert code == 0
    assert "uploads/orders.csv" in output
    assert "would be processed again" in output
    assert "1 of 1 can be, nothing changed" in output
    assert (items(stack), announced(stack)) == (before, 0)


def test_with_yes_the_outcome_is_taken_back_and_the_file_waits_in_its_lane(stack, run):
    code, output = run("orders.csv", BROKEN["file_id"], "--yes")

    assert code == 0
    assert "2 of 2 wait in their lanes" in output
    after = items(stack)
    for file_id in (ITEM["file_id"], BROKEN["file_id"]):
        assert (after[file_id]["status"], after[file_id]["attempt"]) == ("claimed", 2)
    assert after[OLD["file_id"]]["status"] == "success"
    assert announced(stack) == 2


@pytest.mark.usefixtures("stack")
def test_a_prefix_means_the_newest_version_of_each_key(run):
    report = json.loads(run("--prefix", "uploads/", "--json")[1])

    assert [line["file_id"] for line in report["files"]] == [BROKEN["file_id"], ITEM["file_id"]]
    assert (report["more"], report["dry_run"]) == (False, True)
    only = json.loads(run("--prefix", "uploads/", "--status", "error", "--json")[1])
    assert [line["file_id"] for line in only["files"]] == [BROKEN["file_id"]]
    assert "No such files." in run("--prefix", "nowhere/")[1]


@pytest.mark.usefixtures("stack")
def test_it_says_that_there_are_more_than_the_limit(run):
    assert "more than --limit" in run("--prefix", "", "--limit", "1")[1]


@pytest.mark.parametrize(
    ("change", "words"),
    [({"status": "processing"}, "no outcome yet"), ({"deleted_at": "2026-03-03T00:00:00Z"}, "was deleted")],
)
def test_what_cannot_be_processed_again_stays_and_is_a_failure_only_with_yes(stack, run, change, words):
    item = items(stack)[ITEM["file_id"]] | change
    stack.dynamodb().Table("catalogue").put_item(Item=item)

    assert run(ITEM["file_id"])[0] == 0
    code, output = run(ITEM["file_id"], "--yes")

    assert code == 1
    assert words in output
    assert (items(stack)[ITEM["file_id"]], announced(stack)) == (item, 0)


@pytest.mark.usefixtures("stack")
def test_a_file_that_is_not_there_and_nothing_named_are_mistakes(run):
    assert "The catalogue has no file nothing.csv" in run("nothing.csv", "--yes")[0]
    assert "Name files" in run("--yes")[0]
