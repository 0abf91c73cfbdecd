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

    outputs = MappingProxyType({"InboxBucketName": "inbox"})

    def __init__(self, *answers):
        self.answers = list(answers)
        self.requests = []

    def invoke(self, output, request):
        self.requests.append((output, request))
        return self.answers.pop(0)

    def caller(self):
        return "arn:aws:iam::1:user/somebody"


@pytest.fixture
def run(monkeypatch, capsys, tmp_path):
    """Run a command against a client; return its exit code and output."""
    monkeypatch.setattr(console, "width", 200)
    monkeypatch.setattr(cli.commands.reconcile, "HOMES", tmp_path)

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
    assert "csv may hold more" in output
    assert "1 found, 1 can be replayed: --yes does it. Nothing changed." in output
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
    assert run(Client(replayed()), "replay")[1].strip() == "There is nothing to replay."


def test_replay_of_a_queue_that_is_none_is_a_mistake(run):
    code, _ = run(Client(), "replay", "csvs")

    assert "There is no queue csvs" in code


@pytest.mark.parametrize("moment", ["yesterday", "h", "2w"])
def test_a_moment_that_is_none_is_a_mistake(run, moment):
    assert run(Client(), "replay", "--since", moment)[0] == 2


def part(*, done=True, whole=None, **counts):
    swept = {"part": "listing", "counts": counts, "is_whole": done if whole is None else whole, "limit": None}
    return {"part": swept, "done": done}


def planned(*after):
    return {"parts": [{"part": "listing", "counts": {}, "after": each, "limit": None} for each in after]}


REPORT = {"counts": {"versions": 3, "taken_in": 1}, "examples": ["a [1].csv"], "report": "reports/x.json"}


def test_reconcile_sweeps_every_part_until_it_is_done_and_prints_the_report(run):
    client = Client(planned(""), part(done=False, versions=2), part(versions=3, taken_in=1), REPORT)

    code, output = run(client, "reconcile", "--prefix", "uploads/", "--current")

    assert code == 0
    asked = [next(iter(request)) for _, request in client.requests]
    assert asked == ["plan", "part", "part", "parts"]
    assert client.requests[0][1]["plan"]["current_only"] is True
    assert "1  never recorded: taken in" in output
    assert "a [1].csv" in output


def test_a_dry_run_says_that_nothing_changed(run):
    output = run(Client(planned(""), part(versions=3, taken_in=1), REPORT), "reconcile", "--dry-run")[1]

    assert "1  never recorded: would be taken in" in output
    assert "Nothing changed" in output


def test_what_is_too_young_is_said(run):
    report = REPORT | {"counts": {"versions": 3, "taken_in": 0, "young": 3}}

    assert "3  too young" in run(Client(planned(""), part(), report), "reconcile")[1]


class Interrupted(Client):
    """Somebody types Ctrl-C, or kills the command, at the second part."""

    def invoke(self, output, request):
        if "part" in request and request["part"]["after"] == "m":
            raise self.error
        return super().invoke(output, request)


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_reconcile_goes_on_where_it_was_however_it_ended(run, error):
    client = Interrupted(planned("", "m"), part(versions=5, taken_in=5), part(versions=5))
    client.error = error
    code, output = run(client, "reconcile", "--prefix", "in/", "--parallel", "1")
    if error is KeyboardInterrupt:
        assert code == 130
        assert "reconcile --resume" in output

    client = Client(part(versions=1), REPORT)
    assert run(client, "reconcile", "--resume")[0] == 0
    assert client.requests[0][1]["part"]["after"] == "m"
    report = client.requests[1][1]
    assert report["about"]["prefix"] == "in/"
    assert sum(each["counts"]["versions"] for each in report["parts"]) == 6


def test_a_sweep_that_is_done_cannot_be_gone_on_with(run):
    run(Client(planned(""), part(), REPORT), "reconcile")

    assert "There is no sweep to go on with" in run(Client(), "reconcile", "--resume")[0]


def test_a_sweep_of_another_inbox_is_not_gone_on_with(run):
    """The local stack is another one each time it is started."""
    client = Interrupted(planned("m"))
    client.error = KeyboardInterrupt
    run(client, "reconcile")
    client = Client()
    client.outputs = {"InboxBucketName": "another"}

    assert "There is no sweep to go on with" in run(client, "reconcile", "--resume")[0]


def test_what_is_resumed_is_what_was_asked_for(run):
    assert "only --limit and --parallel" in run(Client(), "reconcile", "--resume", "--prefix", "x/")[0]


def test_a_limit_that_is_reached_says_how_to_go_on_and_counts_anew(run):
    limited = part(whole=False, versions=5, taken_in=2)
    limited["part"]["limit"] = 2
    code, output = run(Client(planned(""), limited, REPORT), "reconcile", "--limit", "2")
    assert code == 0
    assert "The limit is reached. To go on:" in output

    client = Client(part(versions=9, taken_in=4), REPORT)
    assert run(client, "reconcile", "--resume")[0] == 0
    assert client.requests[0][1]["part"]["limit"] == 4


def test_a_part_that_fails_stops_no_other_and_can_be_gone_on_with(run):
    class Failing(Client):
        def invoke(self, output, request):
            if request.get("part", {}).get("after") == "m":
                raise CommandError("ServiceBusyError: cannot list versions")
            return super().invoke(output, request)

    client = Failing(planned("", "m", "t"), part(versions=1), part(versions=1), REPORT)
    code, output = run(client, "reconcile", "--parallel", "1")

    assert code == 1
    assert "A part stopped: ServiceBusyError: cannot list versions" in output
    assert "To go on:" in output
    client = Client(part(), REPORT)
    assert run(client, "reconcile", "--resume")[0] == 0
    assert client.requests[0][1]["part"]["after"] == "m"


def test_keys_and_reasons_do_not_steer_the_terminal(run):
    report = REPORT | {"examples": ["\x1b[2Jred.csv", "new\nline.csv", "\u202egnp.csv"]}
    output = run(Client(planned(""), part(), report), "reconcile")[1]
    odd = LINE | {"key": "\x1b]0;title\x07.csv", "reason": "\u202ereason"}
    output += run(Client(replayed(odd)), "replay")[1]

    assert "\\x1b[2Jred.csv" in output
    assert "new\\nline.csv" in output
    assert not {"\x1b", "\x07", "\u202e"} & set(output)


def test_a_letter_that_nothing_can_be_made_of_shows_some_of_its_text_and_what_can_be_done(run):
    odd = LINE | {
        "kind": "unreadable",
        "key": "",
        "body": '{"half',
        "action": "stays: nothing can be made of it",
    }

    output = run(Client(replayed(odd)), "replay")[1]

    assert '{"half' in output
    assert "1 found, 0 can be replayed" in output
    assert "--discard --yes" in output


def test_discard_asks_for_what_nothing_can_be_made_of_to_be_removed(run):
    client = Client(replayed(LINE | {"action": "removed: the audit has its text"}, dry_run=False))

    code, output = run(client, "replay", "--discard", "--yes")

    assert (code, client.requests[0][1]["discard"]) == (0, True)
    assert "1 of 1 removed." in output


def test_the_sweeps_of_the_stack_are_shown_with_how_far_they_are(run):
    done = {
        "execution": "e", "started_at": "2026-03-02T03:20:00+00:00", "state": "succeeded",
        "parts": "34 of 34", "counts": {"versions": 12_000, "taken_in": 3},
        "report": "reports/x.json", "asked": {},
    }  # fmt: skip
    client = Client()
    client.sweeps = lambda: [
        done | {"state": "running", "parts": "3 of 34", "counts": {}, "report": ""},
        done,
    ]

    output = run(client, "reconcile", "--status")[1]

    assert "3 of 34" in output
    assert "12,000" in output
    client.sweeps = list
    assert "has not swept alone yet" in run(client, "reconcile", "--status")[1]


def test_reconcile_in_the_background_only_starts_it(run):
    client = Client()
    client.start_execution = lambda output, _: f"{output}:1"

    code, output = run(client, "reconcile", "--background")

    assert code == 0
    assert "Started BackfillStateMachineArn:1" in output
    assert "reconcile --status" in output


class BucketClient:
    """A stack, and a bucket beside it that tells a queue of some of its objects."""

    outputs = MappingProxyType({"InboxBucketName": "inbox", "OutboxBucketName": "outbox"})
    region = "eu-central-1"

    def __init__(self):
        self.facts = ("eu-central-1", True)
        rules = [{"Id": "theirs", "QueueArn": "arn:aws:sqs:::q", "Events": ["s3:ObjectCreated:*"]}]
        self.settings = {"old": {"QueueConfigurations": rules}}
        self.changes = 0

    def bucket_facts(self, _):
        return self.facts

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
    assert "ExistingInbox=old, among its parameters" in output
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

    assert json.loads(output) == {"bucket": "old", "versions": True, "changes": True, "changed": False}


def test_the_outbox_is_not_attached(run, stack):
    assert "is the outbox" in run(stack, "bucket", "attach", "outbox", "--yes")[0]
    assert stack.changes == 0


def test_a_bucket_of_another_region_is_not_attached(run, stack):
    """Its events would never reach the stack."""
    stack.facts = ("us-east-1", True)

    assert (
        "old is in us-east-1 and the stack in eu-central-1"
        in run(stack, "bucket", "attach", "old", "--yes")[0]
    )
    assert stack.changes == 0


def test_a_bucket_without_versions_is_said_to_be_so(run, stack):
    stack.facts = ("eu-central-1", False)

    assert "told apart by their ETag" in run(stack, "bucket", "attach", "old")[1]


def test_the_region_and_the_versions_of_a_bucket_are_what_s3_says():
    with mock_aws():
        address = cli_stack.address()
        cli_stack.create_resources(address)
        client = StackClient(address)

        assert client.bucket_facts("inbox")[0] == client.region
        with pytest.raises(CommandError, match="AWS refused"):
            client.bucket_facts("nowhere")
