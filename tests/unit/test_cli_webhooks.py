"""`sluice webhooks`: what it does with the stack's webhooks, and what it prints."""

import json
from contextlib import contextmanager
from dataclasses import replace

import pytest

import cli.commands.webhooks
from cli.console import console
from cli.main import main
from sluice.webhooks.ports import NoAnswer
from sluice.webhooks.records import Delivery
from tests.fakes import START, FakeClock
from tests.webhooks import ID, SECRET, Hooks

URL = "https://hooks.example.com/sluice"


class Client:
    """A stack with webhooks in memory."""

    def __init__(self):
        self.hooks = Hooks(FakeClock())

    @contextmanager
    def webhooks(self):
        yield self.hooks.use


@pytest.fixture
def hooks(monkeypatch):
    client = Client()
    monkeypatch.setattr(console, "width", 250)
    monkeypatch.setattr(cli.commands.webhooks, "connect", lambda: client)
    return client.hooks


@pytest.fixture
def run(capsys):
    """Run one verb; return its exit code or message, and its output."""

    def run_verb(*arguments):
        with pytest.raises(SystemExit) as ended:
            main(["webhooks", *arguments])
        return ended.value.code, capsys.readouterr().out

    return run_verb


@pytest.fixture
def failed(hooks):
    """One attempt that nobody answered."""
    hooks.transport.answers = [NoAnswer("The host [bold]x[/bold] cannot be resolved.")]
    hooks.take(Delivery(ID, "evt_f1_3", "file.failed", "{}", START))
    hooks.queue.sent.clear()


def test_register_shows_the_secret_once(hooks, run):
    code, output = run(
        "register", "https://a.example.com/x", "--events", "file.failed", "--description", "ours"
    )

    webhook = hooks.use.list()[-1]
    assert code == 0
    assert webhook.id in output
    assert hooks.secrets.get(webhook).current in output
    assert "not shown again" in output
    assert (webhook.events, webhook.description) == (("file.failed",), "ours")


def test_json_of_register_has_the_secret_and_of_show_has_not(hooks, run):
    made = json.loads(run("register", "https://a.example.com/x", "--json")[1])

    assert made["secret"] == hooks.secrets.keyrings[made["id"]].current
    assert "secret" not in json.loads(run("show", made["id"], "--json")[1])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("register", "http://a.example.com/"), "Only https is served."),
        (("register", "https://10.0.0.1/"), "full domain name"),
        (("show", "wh_none"), "There is no such webhook."),
        (("resend", ID, "evt_none"), "no such message"),
    ],
)
@pytest.mark.usefixtures("hooks")
def test_a_problem_is_one_sentence(run, arguments, words):
    code, output = run(*arguments)

    assert code.startswith("sluice: ")
    assert words in code
    assert output == ""


@pytest.mark.usefixtures("hooks")
def test_ls_lists_addresses_events_and_states(run):
    code, output = run("ls")

    assert code == 0
    assert output.splitlines()[1].split() == [ID, URL, "all", "enabled"]


def test_ls_says_why_a_webhook_was_disabled_and_set_enables_it(hooks, run):
    hooks.change(enabled=False, disabled_reason="The target answered 410 Gone.")
    assert "410 Gone" in run("ls")[1]

    run("set", ID, "--enabled", "yes", "--events", "file.failed")

    assert hooks.use.get(ID).enabled
    assert hooks.use.get(ID).events == ("file.failed",)


def test_ls_of_none_says_so(hooks, run):
    hooks.use.delete(ID)

    assert run("ls")[1] == "There are none.\n"
    assert run("ls", "--json")[1] == "[]\n"


def test_rotate_shows_the_new_secret(hooks, run):
    output = run("rotate", ID)[1]

    assert hooks.secrets.keyrings[ID].current in output
    assert SECRET not in output


def test_rm_deletes(hooks, run):
    assert run("rm", ID)[1] == "Deleted.\n"
    assert hooks.registry.webhooks == {}


@pytest.mark.usefixtures("failed")
def test_deliveries_shows_what_came_of_each_attempt_and_when_the_next_is(run):
    line = run("deliveries", ID)[1].splitlines()[1]

    for words in ("2026-03-02 09:00:00", "file.failed", "evt_f1_3", "retrying", "[bold]x[/bold]", "09:00:05"):
        assert words in line
    assert json.loads(run("deliveries", ID, "--json")[1])[0]["result"] == "retrying"


@pytest.mark.usefixtures("failed")
def test_resend_and_test_queue_a_message(hooks, run):
    assert "Queued as evt_f1_3" in run("resend", ID, "evt_f1_3")[1]
    assert "Queued as evt_test_" in run("test", ID)[1]
    assert [delivery.event for delivery, _ in hooks.queue.sent] == ["file.failed", "webhook.test"]


def test_show_prints_the_facts(hooks, run):
    hooks.registry.webhooks[ID] = replace(hooks.registry.webhooks[ID], description="[x] ours")

    assert run("show", ID)[1].splitlines() == [f"{ID}  enabled", f"{URL}  all events", "[x] ours"]
