"""`sluice pace`, `show`, `skip` and `stop`: lanes as a person sees and changes them."""

import json
import re
import time
from datetime import UTC, datetime, timedelta

import pytest

import cli.commands.pace
import cli.commands.show
import cli.commands.skip
import cli.commands.stop
from cli.console import console
from cli.main import main
from cli.stack_client import StackClient
from sluice.aws.dynamodb import DynamoDBCatalogue
from sluice.aws.lane_states import DynamoDBLaneStates
from sluice.batches import Task
from sluice.moments import to_microseconds
from sluice.outcomes import Outcome, Status
from sluice.pace.pacing import Pace
from sluice.pace.reserving import Reserver
from tests.fakes import a_file
from tests.unit import cli_stack

COMMANDS = (cli.commands.pace, cli.commands.show, cli.commands.skip, cli.commands.stop)


@pytest.fixture
def address(address, monkeypatch):
    monkeypatch.setattr(console, "width", 200)
    client = StackClient(address)
    for command in COMMANDS:
        monkeypatch.setattr(command, "connect", lambda: client)
    return address


@pytest.fixture
def catalogue(address):
    return DynamoDBCatalogue(address.client("dynamodb"), "catalogue")


@pytest.fixture
def says(capsys, address):  # noqa: ARG001  the commands talk to it
    """Run a command and return what it prints."""

    def run(*arguments, code=0):
        with pytest.raises(SystemExit) as ended:
            main(list(arguments))
        assert ended.value.code == code if isinstance(code, int) else code in str(ended.value.code)
        return capsys.readouterr().out

    return run


def claimed(catalogue, seconds=60, **facts):
    now = datetime.now(UTC)
    slot = to_microseconds(now + timedelta(seconds=seconds))
    file = a_file(**facts)
    catalogue.claim(file, processor="profile_csv", lane="csv", until=now + timedelta(hours=1), slot=slot)
    return file


def test_a_lane_that_was_never_used_shows_the_defaults_of_its_stack(says):
    [lane] = json.loads(says("pace", "--json"))

    assert lane["lane"] == "csv"
    assert {name: lane[name] for name in cli_stack.PACE} == cli_stack.PACE
    assert (lane["backlog"], lane["in_flight"], lane["next_slot_seconds"]) == (0, 0, 0)


def test_what_is_set_stays_and_what_is_not_given_is_kept(says):
    says("pace", "csv", "set", "--rate", "0.5", "--strict")
    says("pace", "csv", "pause")

    [lane] = json.loads(says("pace", "csv", "--json"))
    assert (lane["rate"], lane["burst"], lane["strict"], lane["paused"]) == (0.5, 50, True, True)
    assert lane["config_version"] == 2
    assert "paused" in says("pace")
    assert not json.loads(says("pace", "csv", "resume", "--json"))[0]["paused"]


def test_what_is_set_outlives_other_defaults(address, says):
    says("pace", "csv", "set", "--rate", "3")

    other = {"csv": Pace(rate=99, burst=9, horizon_seconds=9, max_in_flight=9)}
    deployed = DynamoDBLaneStates(address.client("dynamodb"), "lanes", defaults=other)
    assert deployed.read("csv").pace.rate == 3


def test_a_busy_lane_says_when_its_next_slot_is(address, says):
    says("pace", "csv", "set", "--rate", "0.1", "--burst", "1")
    states = DynamoDBLaneStates(address.client("dynamodb"), "lanes")
    begun = datetime.now(UTC)
    Reserver(states, lambda: datetime.now(UTC)).reserve("csv", 1)

    [lane] = json.loads(says("pace", "csv", "--json"))
    passed = datetime.now(UTC) - begun
    assert 9 - passed.total_seconds() < lane["next_slot_seconds"] <= 10


def test_a_drained_lane_is_paused_once_nothing_is_in_flight(address, catalogue, says, monkeypatch):
    file = claimed(catalogue)
    monkeypatch.setattr(time, "sleep", lambda _: says_done(address, file))

    [lane] = json.loads(says("pace", "csv", "drain", "--json"))
    assert (lane["paused"], lane["in_flight"]) == (True, 0)


def says_done(address, file):
    table = address.dynamodb().Table("catalogue")
    table.update_item(Key={"file_id": file.file_id}, UpdateExpression="REMOVE claimed_until")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["video"], "There is no lane video, only csv."),
        (["csv", "set", "--rate", "0"], "The rate is to be from 0.001 to 200, not 0"),
        (["csv", "set", "--burst", "-1"], "The burst is to be from 1 to 10,000, not -1"),
        (["csv", "set"], "belong together"),
        (["csv", "pause", "--rate", "3"], "belong together"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(says, arguments, sentence):
    says("pace", *arguments, code=sentence)


def test_a_claimed_file_says_for_which_slot_of_which_lane_it_waits(catalogue, says):
    file = claimed(catalogue, seconds=60)

    shown = json.loads(says("show", file.file_id, "--json"))["waits"]
    assert shown["lane"] == "csv"
    assert re.match(
        r"for its slot in (60\.0|5\d\.\d) s", shown["waits"]
    )  # what the test took is gone from it
    assert "1 of at most 200 in flight" in shown["in the lane"]
    assert "Why it waits" in says("show", file.file_id)


def test_a_file_that_was_not_dispatched_yet_says_that_its_lane_is_paused(address, says):
    address.client("s3").put_object(Bucket="inbox", Key="in/orders.csv", Body=b"x")
    says("pace", "csv", "pause")

    shown = json.loads(says("show", "in/orders.csv", "--json"))
    assert shown["status"] == "queued"
    assert "the lane is paused" in shown["waits"]["waits"]


def test_a_file_that_is_nowhere_is_said_to_be_nowhere(says):
    says("show", "in/nothing.csv", code="has no file in/nothing.csv")


def test_a_file_that_waits_in_its_queue_can_be_skipped(address, says):
    address.client("s3").put_object(Bucket="inbox", Key="in/orders.csv", Body=b"x")

    assert "in/orders.csv is skipped." in says("skip", "in/orders.csv", "--reason", "a test")

    [item] = address.client("dynamodb").scan(TableName="catalogue")["Items"]
    assert item["status"] == {"S": "skipped"}
    assert item["error_message"] == {"S": "Skipped by hand: a test"}
    says("skip", "in/orders.csv", code="has its outcome already: skipped")


def test_a_stuck_file_that_is_stopped_is_kept_for_replay_and_its_execution_records_nothing(
    address, catalogue, says
):
    file = claimed(catalogue)

    assert "is failed." in says("stop", file.file_id)

    queue = "https://sqs.us-east-1.amazonaws.com/123456789012/arrivals"
    [message] = address.client("sqs").receive_message(QueueUrl=queue)["Messages"]
    assert json.loads(message["Body"])["file_id"] == file.file_id

    assert not catalogue.record(Task(file, 1), Outcome(Status.SUCCESS), at=datetime.now(UTC))


def test_what_is_nowhere_cannot_be_stopped(says):
    says("stop", "nothing", code="Neither the catalogue nor the inbox has nothing")
