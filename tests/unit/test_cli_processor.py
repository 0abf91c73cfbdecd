"""`sluice processor`: the checks of the contract, asked of a function by its name."""

import json
from contextlib import contextmanager

import pytest

import cli.commands.processor
from cli.console import console
from cli.main import main
from sluice.errors import ProcessorFailedError
from tests.unit.cli_stack import ITEM

FACTS = ITEM | {"etag": "e", "sequencer": "0", "correlation_id": "c"}


def good(request):
    details = request["s3_details"]
    is_there = (details["key"], details["version_id"]) == (ITEM["key"], ITEM["version_id"])
    return {"status": "success"} if is_there else {"status": "error", "error_message": "It is gone."}


def bad(_request):
    raise ProcessorFailedError("the custom processor failed: [red]KeyError")


class Client:
    """A stack with one file, and functions by name."""

    def file(self, file_id):
        return FACTS if file_id == ITEM["file_id"] else None

    @contextmanager
    def processor(self, function):
        yield {"good": good, "bad": bad}[function]


@pytest.fixture
def run(monkeypatch, capsys):
    monkeypatch.setattr(console, "width", 200)
    monkeypatch.setattr(cli.commands.processor, "connect", Client)

    def run_command(*arguments):
        with pytest.raises(SystemExit) as ended:
            main(["processor", *arguments])
        return ended.value.code, capsys.readouterr().out

    return run_command


def test_a_function_that_keeps_the_contract_holds_in_each_check(run):
    code, output = run("good", ITEM["file_id"])

    assert code == 0
    assert [line.split()[0] for line in output.splitlines()] == ["holds"] * 5


def test_a_function_that_fails_fails_each_check_with_what_it_said(run):
    code, output = run("bad", ITEM["file_id"], "--json")

    assert code == 1
    assert [check["problem"] for check in json.loads(output)] == [
        "the custom processor failed: [red]KeyError"
    ] * 5


def test_a_file_that_nobody_knows_is_one_sentence(run):
    code, _ = run("good", "f" * 32)

    assert code == f"sluice: The catalogue has no file with the id {'f' * 32}: see `sluice ls --json`."
