"""Contracts by command: proposed from a file, checked against one, kept in the stack."""

import csv
import json
from pathlib import Path

import pytest

import cli.commands.contract
import cli.contract_files
from cli.console import console
from cli.main import main
from cli.stack_client import StackClient
from sluice.tables.scanner.library import ScannerUnavailableError

CONTRACT = {"schema": {"fields": [{"name": "id", "type": "integer"}, {"name": "name"}]}}


@pytest.fixture(autouse=True)
def wide(monkeypatch):
    """A terminal wide enough that no word is broken."""
    monkeypatch.setattr(console, "width", 200)


@pytest.fixture
def files(tmp_path):
    """A table that holds to its contract, one that does not, and the contract."""
    (tmp_path / "good.csv").write_text("id,name\n1,Ann\n2,Bob\n")
    (tmp_path / "bad.csv").write_text("id,name\n1,Ann\nx,=Bob\n")
    (tmp_path / "contract.json").write_text(json.dumps(CONTRACT))
    return tmp_path


@pytest.fixture
def stack(address, monkeypatch):
    """A stack with a table of contracts."""
    client = StackClient(address)
    monkeypatch.setattr(cli.commands.contract, "connect", lambda: client)
    if "ContractsTableName" not in client.outputs:
        address.client("dynamodb").create_table(
            TableName="contracts",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[
                {"AttributeName": "id", "AttributeType": "S"},
                {"AttributeName": "version", "AttributeType": "N"},
                {"AttributeName": "current", "AttributeType": "S"},
            ],
            KeySchema=[
                {"AttributeName": "id", "KeyType": "HASH"},
                {"AttributeName": "version", "KeyType": "RANGE"},
            ],
            GlobalSecondaryIndexes=[
                {
                    "IndexName": "current",
                    "KeySchema": [
                        {"AttributeName": "current", "KeyType": "HASH"},
                        {"AttributeName": "id", "KeyType": "RANGE"},
                    ],
                    "Projection": {"ProjectionType": "ALL"},
                }
            ],
        )
        client.outputs["ContractsTableName"] = "contracts"
    return client


def sluice(*arguments):
    """Run the command; return its exit code."""
    with pytest.raises(SystemExit) as exited:
        main(["contract", *map(str, arguments)])
    return exited.value.code


def test_a_file_that_holds_to_the_contract_is_accepted_with_exit_code_0(files, capsys):
    assert sluice("check", files / "good.csv", files / "contract.json") == 0
    assert "accepted" in capsys.readouterr().out


def test_a_file_that_breaks_the_contract_is_rejected_with_exit_code_1(files, capsys):
    assert sluice("check", files / "bad.csv", files / "contract.json") == 1
    output = capsys.readouterr().out
    assert "rejected, 1 breach" in output
    assert "is not an integer" in output


def test_check_writes_the_bad_rows(files):
    assert sluice("check", files / "bad.csv", files / "contract.json", "--bad-rows", files / "out.csv") == 1
    with (files / "out.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert list(csv.reader(stream))[1] == ["3", "id: is not an integer", "x", "'=Bob"]


def test_check_prints_json(files, capsys):
    assert sluice("check", files / "bad.csv", files / "contract.json", "--json") == 1
    assert json.loads(capsys.readouterr().out)["totals"] == {"type": 1}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ('{"schema": {}}', "$.schema.fields: is not an array"),
    ],
)
def test_a_wrong_contract_is_refused_with_the_path_of_its_fault(files, text, said):
    (files / "contract.json").write_text(text)
    assert said in sluice("check", files / "good.csv", files / "contract.json")


@pytest.mark.parametrize("arguments", [("check", "no.csv", "contract.json"), ("suggest", "no.csv")])
def test_a_file_that_is_not_there_is_a_sentence(files, arguments, monkeypatch):
    monkeypatch.chdir(files)
    assert "no.csv cannot be read: No such file" in sluice(*arguments)


def test_a_proposal_is_printed_and_the_file_holds_to_it(files, capsys):
    assert sluice("suggest", files / "good.csv") == 0
    (files / "own.json").write_text(capsys.readouterr().out)
    assert sluice("check", files / "good.csv", files / "own.json") == 0


def test_a_proposal_is_written_to_a_file(files):
    assert sluice("suggest", files / "good.csv", "-o", files / "own.json") == 0
    assert json.loads((files / "own.json").read_text())["schema"]["fields"][0]["type"] == "integer"


@pytest.mark.usefixtures("stack")
def test_contracts_are_stored_by_version_listed_and_shown(files, capsys):
    assert sluice("put", "orders", files / "contract.json") == 0
    assert sluice("put", "orders", files / "contract.json") == 0
    assert "orders is stored as version 2" in capsys.readouterr().out
    assert sluice("ls", "--json") == 0
    assert [(one["id"], one["version"]) for one in json.loads(capsys.readouterr().out)] == [("orders", 2)]
    assert sluice("show", "orders", "--version", "1") == 0
    assert json.loads(capsys.readouterr().out) == CONTRACT


@pytest.mark.usefixtures("stack")
def test_what_is_no_contract_is_not_stored(files, capsys):
    (files / "contract.json").write_text('{"schema": {"fields": [{"name": "a", "type": "x"}]}}')
    assert "$.schema.fields[0].type" in sluice("put", "orders", files / "contract.json")
    assert "is no id" in sluice("put", "Orders!", files / "contract.json")
    assert sluice("ls") == 0
    assert "There are no contracts." in capsys.readouterr().out
    assert "no such contract" in sluice("show", "orders")


def test_the_sample_contract_rejects_the_dirty_sample(capsys):
    """What docs/contracts.md shows."""
    samples = Path(__file__).parents[2] / "samples"
    assert sluice("check", samples / "contacts_dirty.csv", samples / "contracts/contacts.json", "--json") == 1
    verdict = json.loads(capsys.readouterr().out)
    assert verdict["totals"] == {"required": 1, "type": 8}
    assert verdict["tolerated"] == 5


@pytest.mark.parametrize("arguments", [("check", "good.csv", "contract.json"), ("suggest", "good.csv")])
def test_a_scanner_that_is_not_compiled_is_a_sentence(files, arguments, monkeypatch):
    monkeypatch.chdir(files)
    monkeypatch.setattr(cli.contract_files, "profile_stream", without_scanner)
    assert "run `make native`" in sluice(*arguments)


def without_scanner(*_, **__):
    raise ScannerUnavailableError
