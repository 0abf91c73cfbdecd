"""The commands: what they print, their exit codes, and one sentence for what goes wrong."""

import json
import os
from decimal import Decimal
from io import StringIO

import pytest

import cli.commands.ls
import cli.commands.put
import cli.commands.show
import cli.commands.watch
from cli.commands import COMMANDS
from cli.console import SafeConsole, console
from cli.main import main
from cli.stack_client import StackClient
from local import stack
from local.home import Home
from tests.unit.cli_stack import ITEM

TALKING = (cli.commands.ls, cli.commands.put, cli.commands.show, cli.commands.watch)


@pytest.fixture(autouse=True)
def wide(monkeypatch):
    """A terminal wide enough that no word is broken."""
    monkeypatch.setattr(console, "width", 200)


@pytest.fixture
def client(address, monkeypatch):
    client = StackClient(address)
    for command in TALKING:
        monkeypatch.setattr(command, "connect", lambda: client)
    return client


@pytest.fixture
def orders(client, address):
    """A catalogue with two versions of a file, and its name in another folder."""
    older = {
        "file_id": "a" * 32,
        "version_id": "v1",
        "upload_timestamp": "2026-03-01T00:00:00Z",
        "status": "error",
    }
    elsewhere = {
        "file_id": "b" * 32,
        "key": "uploads/old/orders.csv",
        "upload_timestamp": "2026-01-01T00:00:00Z",
    }
    table = address.dynamodb().Table(client.outputs["CatalogueTableName"])
    for item in (ITEM, ITEM | older | {"error_message": "Row 7: a quote is never closed."}, ITEM | elsewhere):
        table.put_item(Item=item)


@pytest.fixture
def run(capsys):
    """Run one command; return its exit code, output and errors."""

    def run_command(*arguments):
        with pytest.raises(SystemExit) as ended:
            main(list(arguments))
        output, errors = capsys.readouterr()
        message = ended.value.code if isinstance(ended.value.code, str) else ""
        code = 1 if message else ended.value.code
        return code, output, errors + message

    return run_command


@pytest.mark.parametrize("command", [command.NAME for command in COMMANDS])
def test_every_command_explains_itself(run, command):
    code, output, _ = run(command, "--help")

    assert code == 0
    assert f"usage: sluice {command}" in output


def test_no_command_is_a_mistake_that_shows_the_usage(run):
    code, _, errors = run()

    assert code == 2
    assert "usage: sluice" in errors


@pytest.mark.usefixtures("orders")
def test_ls_lists_the_newest_first_with_what_was_found(run):
    code, output, _ = run("ls")

    lines = output.splitlines()
    assert code == 0
    assert lines[1].split()[:2] == ["uploads/orders.csv", "success"]
    assert "200 rows, 2 columns, 3 missing, 2 invalid" in lines[1]
    assert "Row 7: a quote is never closed." in lines[2]


@pytest.mark.usefixtures("orders")
def test_ls_prints_json_of_one_status(run):
    _, output, _ = run("ls", "--status", "error", "--json")

    assert [facts["file_id"] for facts in json.loads(output)] == ["a" * 32]


@pytest.mark.usefixtures("client")
@pytest.mark.parametrize(
    ("arguments", "words"), [((), "No files yet."), (("--status", "failed"), "No files are failed.")]
)
def test_ls_says_so_when_there_is_nothing(run, arguments, words):
    assert run("ls", *arguments)[1].strip() == words


@pytest.mark.parametrize("arguments", [("--status", "good"), ("--limit", "0"), ("--limit", "many")])
def test_ls_refuses_what_it_cannot_list(run, arguments):
    code, _, errors = run("ls", *arguments)

    assert code == 2
    assert arguments[0] in errors


@pytest.mark.usefixtures("orders")
@pytest.mark.parametrize("wanted", [ITEM["file_id"], "uploads/orders.csv", "orders.csv"])
def test_show_finds_a_file_by_id_key_or_name_with_its_other_versions(run, wanted):
    code, output, _ = run("show", wanted, "--json")

    facts = json.loads(output)
    assert code == 0
    assert facts["file_id"] == ITEM["file_id"]
    assert [other["file_id"] for other in facts["versions"]] == ["a" * 32]
    assert [each["state"] for each in facts["history"]] == ["uploaded", "success"]
    assert "bucket" not in facts


@pytest.mark.usefixtures("orders")
def test_show_prints_facts_columns_results_and_other_versions(run):
    _, output, _ = run("show", "orders.csv")

    assert "profile_csv" in output
    assert ["quantity", "int", "2"] in [line.split() for line in output.splitlines()]
    assert "s3://outbox/processed/uploads/orders_summary.json" in output
    assert "Other versions" in output
    assert "2026-03-02 06:45:12  success" in output


def test_a_reader_that_has_seen_enough_is_left_to_the_entry_point():
    """Which ends with 0, as after `sluice ls | head -1`; rich would end with 1."""

    class Closed(StringIO):
        def write(self, _text):
            raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        SafeConsole(file=Closed()).print("a line")


@pytest.mark.usefixtures("client")
def test_what_no_request_can_hold_is_one_sentence(run):
    code, _, errors = run("show", "")

    assert code == 1
    assert errors.startswith("sluice: AWS cannot be asked that. Invalid length")


@pytest.mark.usefixtures("orders")
@pytest.mark.parametrize("wanted", ["nothing.csv", "elsewhere/orders.csv"])
def test_show_of_an_unknown_file_is_one_sentence(run, wanted):
    assert run("show", wanted) == (1, "", f"sluice: The catalogue has no file {wanted}: see `sluice ls`.")


STEERING = "\x1b]0;gone\x07\x1b[2J\x9b2J[/b].csv"


@pytest.mark.parametrize(
    "command", [("ls",), ("ls", "--json"), ("show", "a" * 32), ("watch",), ("show", STEERING)]
)
def test_no_name_and_no_sentence_steers_the_terminal(run, client, address, command):
    steering = {"file_id": "a" * 32, "file_name": STEERING, "key": f"uploads/{STEERING}", "status": "error"}
    more = {"error_message": f"bad: {STEERING}", "results": [], "schema": {STEERING: "int"}}
    table = address.dynamodb().Table(client.outputs["CatalogueTableName"])
    table.put_item(Item=ITEM | steering | more)

    _, output, errors = run(*command)

    assert ".csv" in output + errors
    assert not {"\x1b", "\x07", "\x9b"} & set(output + errors)


def test_json_has_every_name_as_it_is(run, client, address):
    table = address.dynamodb().Table(client.outputs["CatalogueTableName"])
    table.put_item(Item=ITEM | {"key": f"uploads/\u202e{STEERING}"})

    [facts] = json.loads(run("ls", "--json")[1])
    assert facts["key"] == f"uploads/\u202e{STEERING}"


@pytest.mark.usefixtures("client")
def test_a_file_that_is_not_in_the_catalogue_yet_may_have_any_name(run, address):
    address.client("s3").put_object(Bucket="inbox", Key=f"uploads/{STEERING}", Body=b"")

    code, output, _ = run("show", f"uploads/{STEERING}")

    assert code == 0
    assert "[/b].csv is in the inbox" in output


@pytest.mark.usefixtures("client")
def test_put_prints_the_keys(run, address, tmp_path):
    (tmp_path / "a [b].txt").write_text("x")

    assert run("put", str(tmp_path / "a [b].txt"))[:2] == (0, "uploads/a [b].txt\n")
    assert address.client("s3").list_objects_v2(Bucket="inbox")["KeyCount"] == 1


def test_put_of_what_aws_refuses_is_one_sentence(run, client, address, tmp_path):
    (tmp_path / "orders.csv").write_text("a\n")
    assert client.outputs["InboxBucketName"] == "inbox"
    address.client("s3").delete_bucket(Bucket="inbox")

    code, _, errors = run("put", str(tmp_path / "orders.csv"))
    assert code == 1
    assert errors.startswith("sluice: AWS refused: ")
    assert "The specified bucket does not exist" in errors


@pytest.mark.usefixtures("client")
def test_put_of_a_name_that_is_no_text_is_one_sentence(run, tmp_path):
    (tmp_path / os.fsdecode(b"\xff.csv")).write_text("a\n")

    code, _, errors = run("put", str(tmp_path))
    assert code == 1
    assert "not UTF-8" in errors


@pytest.mark.usefixtures("client")
def test_put_that_waits_in_vain_is_not_a_success(run, tmp_path):
    (tmp_path / "a.txt").write_text("x")

    code, output, _ = run("put", str(tmp_path / "a.txt"), "--wait", "--timeout", "0.1", "--json")

    assert code == 1
    assert json.loads(output) == [{"key": "uploads/a.txt", "status": None}]


@pytest.mark.usefixtures("client")
def test_put_of_a_missing_file_is_one_sentence(run):
    assert run("put", "nowhere.csv") == (1, "", "sluice: There is no file or folder nowhere.csv.")


@pytest.mark.usefixtures("orders")
def test_watch_shows_lanes_counts_and_newest_files_once_without_a_terminal(run):
    code, output, _ = run("watch")

    assert code == 0
    assert "nothing waits" in output
    assert ["csv", "0", "0", "of", "200", "25/s", "-"] in [line.split() for line in output.splitlines()]
    assert ["uploads/orders.csv", "success"] in [line.split()[:2] for line in output.splitlines()]


@pytest.mark.usefixtures("orders")
def test_watch_says_what_is_kept_for_people_and_how_to_get_rid_of_it(run, address):
    sqs = address.client("sqs")
    sqs.send_message(QueueUrl=sqs.get_queue_url(QueueName="arrivals")["QueueUrl"], MessageBody="{")

    assert "csv dead letters: 1, failed files: 1 (see sluice replay)" in run("watch")[1]


@pytest.mark.usefixtures("orders")
def test_watch_counts_files_since_an_hour_ago_or_as_long_as_is_asked_for(run):
    of_the_hour = json.loads(run("watch", "--json")[1])
    of_ten_years = json.loads(run("watch", "--json", "--since", "87600")[1])

    assert set(of_the_hour["files"].values()) == {0}
    assert (of_ten_years["files"]["success"], of_ten_years["files"]["error"]) == (2, 1)


@pytest.mark.parametrize("command", [("ls",), ("show", "x"), ("put", __file__), ("watch",)])
def test_a_stack_that_does_not_run_is_one_sentence(run, tmp_path, monkeypatch, command):
    monkeypatch.setattr(stack, "up_home", lambda: Home(tmp_path))

    assert run(*command) == (1, "", "sluice: The local stack is not running: start it with `sluice up`.")


def test_down_without_a_stack_says_so(run, tmp_path, monkeypatch):
    monkeypatch.setattr(stack, "up_home", lambda: Home(tmp_path))

    assert run("down")[:2] == (0, "The local stack was not running.\n")


@pytest.mark.parametrize("port", ["0", "65536", "http"])
def test_up_refuses_what_is_no_port(run, port):
    code, _, errors = run("up", "--port", port)

    assert code == 2
    assert f"{port} is not a port" in errors


@pytest.mark.usefixtures("client")
def test_show_lists_breaches_a_line_each_and_writes_lists_out(run, address):
    breach = {"code": "type", "message": "is not an integer", "row": 18, "column": "amount", "cell": "x"}
    item = ITEM | {
        "breaches": {"totals": {"type": 1}, "first": [breach]},
        "renditions": [{"name": "thumb"}, {"name": "large"}],
        "warnings": [],
        "cost_usd": Decimal("0.00008487978923855"),
    }
    address.dynamodb().Table("catalogue").put_item(Item=item)

    output = [line.split("  ") for line in run("show", ITEM["file_id"])[1].splitlines()]
    lines = [[word.strip() for word in words if word] for words in output]

    assert ["row 18, amount", "is not an integer (x)"] in lines
    assert ["renditions", "name thumb"] in lines
    assert ["name large"] in lines
    assert ["cost usd", "0.000085"] in lines
    assert not any("warnings" in words for words in lines)


@pytest.mark.usefixtures("client")
def test_ls_reads_more_files_than_one_request_takes(run, address):
    with address.dynamodb().Table("catalogue").batch_writer() as table:
        for number in range(101):
            stamp = f"2026-03-02T06:{number // 60:02}:{number % 60:02}Z"
            table.put_item(Item=ITEM | {"file_id": f"{number:032}", "upload_timestamp": stamp})

    lines = run("ls", "--limit", "200")[1].splitlines()

    assert len(lines) == 102
    assert "2026-03-02 06:01:40" in lines[1]
    assert all("200 rows" in line for line in lines[1:])
