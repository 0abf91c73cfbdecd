"""`sluice get` and `sluice open`: what a person gets of a file's results; and which stack is asked."""

import json
from pathlib import Path

import pytest

import cli.commands.get
import cli.commands.open
from cli import target
from cli.main import main
from cli.stack_client import StackClient
from tests.unit.cli_stack import ITEM

RESULTS = ("processed/uploads/orders_summary.json", "processed/uploads/orders_report.html")


@pytest.fixture
def stack(address, monkeypatch):
    """A stack with one file, whose results are in the outbox."""
    client = StackClient(address)
    for command in (cli.commands.get, cli.commands.open):
        monkeypatch.setattr(command, "connect", lambda: client)
    s3 = address.client("s3")
    s3.create_bucket(Bucket="outbox")
    for key in RESULTS:
        s3.put_object(Bucket="outbox", Key=key, Body=key.encode())
    item = ITEM | {"results": list(RESULTS)}
    address.dynamodb().Table("catalogue").put_item(Item=item)
    return address


def run(*arguments):
    with pytest.raises(SystemExit) as ending:
        main(list(arguments))
    return ending.value.code


@pytest.mark.usefixtures("stack")
def test_get_downloads_every_result(tmp_path):
    assert run("get", ITEM["file_name"], "-o", str(tmp_path / "new")) == 0
    assert (tmp_path / "new" / "orders_summary.json").read_text() == RESULTS[0]
    assert (tmp_path / "new" / "orders_report.html").read_text() == RESULTS[1]


def test_get_passes_over_a_result_that_has_expired(stack, tmp_path):
    stack.client("s3").delete_object(Bucket="outbox", Key=RESULTS[0])
    assert run("get", ITEM["file_name"], "-o", str(tmp_path)) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["orders_report.html"]


def test_get_keeps_results_of_one_name_apart(stack, tmp_path):
    twins = ["custom/a/page.txt", "custom/b/page.txt"]
    for key in twins:
        stack.client("s3").put_object(Bucket="outbox", Key=key, Body=key.encode())
    stack.dynamodb().Table("catalogue").put_item(Item=ITEM | {"results": twins})

    assert run("get", ITEM["file_name"], "-o", str(tmp_path)) == 0
    assert {path.read_text() for path in tmp_path.iterdir()} == set(twins)


def test_get_says_so_if_nothing_is_left(stack, tmp_path):
    for key in RESULTS:
        stack.client("s3").delete_object(Bucket="outbox", Key=key)
    assert "has no results" in str(run("get", ITEM["file_name"], "-o", str(tmp_path)))


@pytest.mark.usefixtures("stack")
def test_get_says_so_if_it_may_not_write(tmp_path):
    (tmp_path / "file").write_text("in the way")
    assert "cannot be written" in str(run("get", ITEM["file_name"], "-o", str(tmp_path / "file")))


@pytest.mark.usefixtures("stack")
def test_open_opens_the_page_in_a_browser(monkeypatch):
    opened = []
    monkeypatch.setattr("webbrowser.open", lambda address: opened.append(address) or True)
    assert run("open", ITEM["file_name"]) == 0
    assert opened[0].startswith("file://")
    assert opened[0].endswith("orders_report.html")


@pytest.mark.usefixtures("stack")
def test_open_prints_the_path_where_there_is_no_browser(monkeypatch, capsys):
    monkeypatch.setattr("webbrowser.open", lambda _: False)
    assert run("open", ITEM["file_name"]) == 0
    assert Path(capsys.readouterr().out.strip()).read_text() == RESULTS[1]


def test_open_says_so_if_a_file_has_no_page(stack):
    stack.dynamodb().Table("catalogue").put_item(Item=ITEM | {"results": [RESULTS[0]]})
    assert "has no page" in str(run("open", ITEM["file_name"]))


def test_open_says_so_if_the_page_has_expired(stack):
    stack.client("s3").delete_object(Bucket="outbox", Key=RESULTS[1])
    assert "is not there any more" in str(run("open", ITEM["file_name"]))


@pytest.mark.usefixtures("stack")
def test_open_prints_the_path_as_json_for_other_programs(monkeypatch, capsys):
    monkeypatch.delattr("webbrowser.open")
    assert run("open", ITEM["file_name"], "--json") == 0
    assert Path(json.loads(capsys.readouterr().out)["page"]).read_text() == RESULTS[1]


def test_a_profile_without_a_stack_is_refused():
    assert "name it with --stack" in str(run("--profile", "mine", "costs"))


def test_a_stack_on_aws_is_chosen_by_name_profile_and_region():
    assert run("--stack", "sluice-staging", "--region", "eu-west-1", "costs") == 0
    try:
        assert target.chosen() == target.Target("sluice-staging", None, "eu-west-1")
        assert target.chosen().session().region_name == "eu-west-1"
    finally:
        run("costs")
    assert target.chosen() == target.Target()


@pytest.mark.parametrize("shell", ["bash", "zsh", "tcsh"])
def test_completion_knows_every_command(shell, capsys):
    assert run("completion", shell) == 0
    script = capsys.readouterr().out
    assert all(command in script for command in ("doctor", "put", "wait"))
