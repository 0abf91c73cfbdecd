"""The commands of recovery: what they ask of the functions, and what they print."""

import json
from types import MappingProxyType

import pytest
from moto import mock_aws

import cli.commands.bucket
import cli.commands.reconcile
import cli.commands.replay
from cli.console import console
from cli.errors import CommandError
from cli.main import main
from cli.stack_client import StackClient
from tests.unit import cli_stack

LINE = {
    "queue": "csv",
    "message_id": "m1",
    "sent_at": "2026-03-02T09:00:00+00:00",
    "kind": "arrival",
    "key": "uploads/März [1].csv",
    "version_id": "v1",
    "file_id": "x",
    "processor": "profile_csv",
    "reason": "the message is odd",
    "action": "would be replayed",
}


class Client:
    """Answers what a test prepared, and remembers what it was asked."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.requests = []

    def invoke(self, output, request):
        self.requests.append((output, request))
        return self.answers.pop(0)

    def caller(self):
        return "arn:aws:iam::1:user/somebody"


@pytest.fixture
def run(monkeypatch, capsys):
    """Run a command against a client; return its exit code and output."""
    monkeypatch.setattr(console, "width", 200)

    def run_command(client, *arguments):
        for module in (cli.commands.bucket, cli.commands.replay, cli.commands.reconcile):
            monkeypatch.setattr(module, "connect", lambda: client)
        with pytest.raises(SystemExit) as ended:
            main(list(arguments))
        return ended.value.code, capsys.readouterr().out

    return run_command


def replayed(*lines, dry_run=True, more=()):
    count = sum(line["action"] == "replayed" for line in lines)
    return {"dry_run": dry_run, "replayed": count, "letters": list(lines), "more": list(more)}


def test_replay_lists_and_changes_nothing_unless_told_to(run):
    client = Client(replayed(LINE, more=["csv"]))

    code, output = run(client, "replay", "csv", "--prefix", "uploads/", "--reason", "odd")

    assert code == 0
    assert "uploads/März [1].csv" in output
    assert "the message is odd" in output
    assert "csv holds more than --limit" in output
    assert "1 found, nothing changed" in output
    [(function, request)] = client.requests
    assert function == "ReplayFunctionArn"
    assert (request["dry_run"], request["queues"], request["prefix"], request["reason"]) == (
        True,
        ["csv"],
        "uploads/",
        "odd",
    )
    assert request["by"].endswith("somebody")


def test_replay_says_how_many_were_replayed_and_fails_if_one_stays(run):
    stays = LINE | {"action": "stays: ServiceBusyError"}
    client = Client(replayed(LINE | {"action": "replayed"}, stays, dry_run=False))

    code, output = run(client, "replay", "--yes", "--since", "2h")

    assert code == 1
    assert "1 of 2 replayed." in output
    assert client.requests[0][1]["dry_run"] is False


def test_replay_prints_json(run):
    report = replayed(LINE)

    assert json.loads(run(Client(report), "replay", "--json")[1]) == report


def test_replay_says_so_when_nothing_is_there(run):
    assert run(Client(replayed()), "replay")[1].strip() == "Nothing lies there that is meant."


def test_replay_of_a_queue_that_is_none_is_a_mistake(run):
    code, _ = run(Client(), "replay", "csvs")

    assert "There is no queue csvs" in code


@pytest.mark.parametrize("moment", ["yesterday", "h", "2w"])
def test_a_moment_that_is_none_is_a_mistake(run, moment):
    assert run(Client(), "replay", "--since", moment)[0] == 2


def part(*, done=True, **counts):
    return {"part": {"part": "listing", "counts": counts}, "done": done}


def test_reconcile_sweeps_every_part_until_it_is_done_and_prints_the_report(run):
    plan = {"parts": [{"part": "listing", "counts": {}}]}
    report = {"counts": {"versions": 3, "taken_in": 1}, "examples": ["a [1].csv"], "report": "reports/x.json"}
    client = Client(plan, part(done=False, versions=2), part(versions=3, taken_in=1), report)

    code, output = run(client, "reconcile", "--prefix", "uploads/", "--current")

    assert code == 0
    asked = [next(iter(request)) for _, request in client.requests]
    assert asked == ["plan", "part", "part", "parts"]
    assert client.requests[0][1]["plan"]["current_only"] is True
    assert "1  never recorded: taken in" in output
    assert "a [1].csv" in output


def test_reconcile_that_is_interrupted_prints_a_token_that_goes_on(run):
    class Interrupted(Client):
        def invoke(self, output, request):
            if "part" in request:
                raise KeyboardInterrupt
            return super().invoke(output, request)

    plan = {"parts": [{"part": "listing", "counts": {}, "after": "m"}]}
    code, output = run(Interrupted(plan), "reconcile")
    assert code == 130
    token = output.split("--resume ")[1].strip()

    client = Client(part(), {"counts": {}, "examples": [], "report": "r"})
    assert run(client, "reconcile", "--resume", token)[0] == 0
    assert client.requests[0][1]["part"] == plan["parts"][0]


def test_reconcile_with_a_broken_token_is_a_mistake(run):
    assert "The token is not whole" in run(Client(), "reconcile", "--resume", "x")[0]


def test_reconcile_in_the_background_only_starts_it(run):
    client = Client()
    client.start_execution = lambda output, _: f"{output}:1"

    code, output = run(client, "reconcile", "--background")

    assert code == 0
    assert "Started BackfillStateMachineArn:1" in output


class BucketClient:
    """A stack, and a bucket beside it that tells a queue of some of its objects."""

    outputs = MappingProxyType({"InboxBucketName": "inbox"})

    def __init__(self):
        rules = [{"Id": "theirs", "QueueArn": "arn:aws:sqs:::q", "Events": ["s3:ObjectCreated:*"]}]
        self.settings = {"old": {"QueueConfigurations": rules}}
        self.changes = 0

    def event_settings(self, bucket):
        return dict(self.settings[bucket])

    def change_event_settings(self, bucket, settings):
        self.changes += 1
        self.settings[bucket] = settings


@pytest.fixture
def stack():
    return BucketClient()


def test_bucket_attach_shows_what_it_would_add_and_changes_nothing(run, stack):
    before = stack.event_settings("old")

    code, output = run(stack, "bucket", "attach", "old")

    assert code == 0
    assert '+  "EventBridgeConfiguration": {}' in output
    assert "Nothing changed: --yes changes it." in output
    assert "deploy it with ExistingInbox=old" in output
    assert stack.event_settings("old") == before


def test_bucket_attach_keeps_what_is_configured_and_is_idempotent(run, stack):
    before = stack.event_settings("old")

    run(stack, "bucket", "attach", "old", "--yes")

    assert stack.event_settings("old") == before | {"EventBridgeConfiguration": {}}
    code, output = run(stack, "bucket", "attach", "old", "--yes")
    assert (code, output.splitlines()[0], stack.changes) == (0, "old sends its events already.", 1)
    assert stack.event_settings("old") == before | {"EventBridgeConfiguration": {}}


def test_event_settings_are_read_and_replaced_as_s3_has_them():
    with mock_aws():
        address = cli_stack.address()
        cli_stack.create_resources(address)
        client = StackClient(address)
        arn = "arn:aws:sqs:us-east-1:123456789012:arrivals"
        rule = {"Id": "theirs", "QueueArn": arn, "Events": ["s3:ObjectCreated:*"]}

        assert client.event_settings("inbox") == {}
        client.change_event_settings("inbox", {"QueueConfigurations": [rule], "EventBridgeConfiguration": {}})

        assert client.event_settings("inbox")["QueueConfigurations"] == [rule]
        with pytest.raises(CommandError, match="AWS refused"):
            client.event_settings("nowhere")


def test_bucket_attach_prints_json(run, stack):
    output = run(stack, "bucket", "attach", "old", "--json")[1]

    assert json.loads(output) == {"bucket": "old", "changes": True, "changed": False}
