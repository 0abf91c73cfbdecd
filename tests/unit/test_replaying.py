"""Dead letters and failed files are listed with their reason, put back once accepted, and never lost."""

import json
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from sluice.batches import Task
from sluice.errors import UnexpectedEventError
from sluice.malware.scans import SCANNED
from sluice.outcomes import Outcome, Status
from sluice.ports.catalogue import Claimed, Settled
from sluice.recovery.dead_letters import Kind, Letter, Mail
from sluice.recovery.executions import STATUS_CHANGE
from sluice.recovery.letter_reading import read_letter
from sluice.recovery.replacing import Replacer
from sluice.recovery.replaying import Replayer
from sluice.recovery.selecting import Selection
from sluice.webhooks.records import Delivery
from tests import fakes, recovery_fakes
from tests.fakes import START, a_file, arrival
from tests.mortality import CrashError, Fuse, Mortal

STREAM_LETTER = {
    "requestContext": {"condition": "RetryAttemptsExhausted"},
    "DDBStreamBatchInfo": {"shardId": "shardId-1", "startSequenceNumber": "1"},
}
DELETED = {"source": "aws.s3", "detail-type": "Object Deleted", "detail": {"object": {"key": "a.csv"}}}
ENDED = {"source": "aws.states", "detail-type": STATUS_CHANGE, "detail": {"status": "FAILED"}}


class Scene:
    """Letters, a catalogue, and who replays."""

    def __init__(self):
        self.clock = fakes.FakeClock()
        self.catalogue = fakes.FakeCatalogue(self.clock)
        self.recovery = recovery_fakes.Recovery(self.catalogue)
        self.boxes, self.arrivals = self.recovery.boxes, self.recovery.arrivals
        recovery = self.recovery
        self.replayer = Replayer(
            "inbox", recovery.boxes, recovery_fakes.replacer(recovery, self.clock), recovery.audit,
            fakes.FakeJournal(), self.clock,
        )  # fmt: skip

    def mortal(self, fuse):
        """The same replayer, whose process may die around each call of a port."""
        ports = [
            Mortal(port, fuse)
            for port in (
                self.recovery.register, self.arrivals, self.recovery.queues, self.recovery.mails,
                self.recovery.runs, self.boxes, self.recovery.audit,
            )
        ]  # fmt: skip
        return Replayer(
            "inbox", ports[5], Replacer(*ports[:5], self.clock), ports[6], fakes.FakeJournal(), self.clock
        )

    def replaced(self):
        """How often something was put back, of whatever kind."""
        recovery = self.recovery
        accepted = (
            self.arrivals.files, recovery.queues.sent, recovery.mails.published, recovery.runs.started,
            recovery.register.asked,
        )  # fmt: skip
        return sum(map(len, accepted))

    def process_arrivals(self):
        """Let everything that waits be dispatched and succeed; count the outcomes of each file."""
        done = Counter()
        for file, _ in self.arrivals.files:
            claim = self.claim(file)
            if isinstance(claim, Claimed):
                task = Task(file, claim.attempt)
                done[file.key] += self.catalogue.record(task, Outcome(Status.SUCCESS), at=self.clock())
        return done

    def replay(self, *, dry_run=False, **selection):
        request = {"queues": [], "dry_run": dry_run, "by": "somebody"} | selection
        return self.replayer.replay(Selection.from_json(request))

    def claim(self, file):
        until = self.clock() + timedelta(minutes=15)
        return self.catalogue.claim(file, processor="profile_csv", lane="csv", until=until)

    def fail(self, file):
        """Let a file fail as the state machine does: kept first, recorded then."""
        task = Task(file, self.claim(file).attempt)
        self.keep(task)
        self.catalogue.record(task, Outcome(Status.FAILED), at=self.clock())
        return task

    def keep(self, task, error="Sandbox.Timedout"):
        facts = {"processor": "profile_csv", "error": error, "cause": "It took too long."}
        self.boxes.put("failed-files", task.to_json() | facts)


@pytest.fixture
def scene():
    return Scene()


def actions(report):
    return [line["action"] for line in report["letters"]]


def test_a_dry_run_lists_with_reasons_and_changes_nothing(scene):
    scene.boxes.put("csv", "{", attributes={"reason": "the message is not JSON"})
    scene.boxes.put("csv", arrival("a.csv"))
    scene.fail(a_file("b.csv"))

    report = scene.replay(dry_run=True)

    lines = [(line["queue"], line["kind"], line["key"], line["reason"]) for line in report["letters"]]
    assert lines == [
        ("csv", "unreadable", "", "the message is not JSON"),
        ("csv", "arrival", "a.csv", "received too often without being handled"),
        ("failed-files", "failed file", "b.csv", "Sandbox.Timedout: It took too long."),
    ]
    assert actions(report)[1:] == ["would be replayed"] * 2
    assert (scene.arrivals.files, scene.recovery.audit.lines, scene.boxes.held) == ([], [], [])
    assert sum(map(len, scene.boxes.letters.values())) == 3


def test_a_request_is_a_dry_run_unless_it_says_otherwise():
    assert Selection.from_json({"queues": []}).dry_run


def test_an_arrival_goes_back_to_its_lane_and_leaves_a_record(scene):
    scene.boxes.put("csv", arrival("a.csv"))

    assert scene.replay()["replayed"] == 1
    assert scene.arrivals.keys == [("a.csv", "csv")]
    assert scene.recovery.audit.lines == [("l0", "somebody")]
    assert scene.boxes.letters["csv"] == []


def test_a_failed_file_becomes_claimable_as_a_new_attempt_and_only_by_a_replay(scene):
    task = scene.fail(a_file())
    assert scene.claim(a_file()) == Settled()

    scene.replay()

    assert scene.arrivals.keys == [("orders.csv", "csv")]
    assert scene.claim(a_file()) == Claimed(task.attempt + 2)
    assert not scene.catalogue.record(task, Outcome(Status.FAILED), at=scene.clock())


def test_a_failed_file_that_the_state_machine_has_yet_to_record_stays(scene):
    task = Task(a_file(), scene.claim(a_file()).attempt)
    scene.keep(task)

    report = scene.replay()

    assert actions(report) == ["stays: its failure is not recorded yet"]
    assert scene.arrivals.files == []
    assert len(scene.boxes.letters["failed-files"]) == 1


def test_a_crash_between_send_and_delete_replays_twice_and_harms_nothing(scene):
    scene.fail(a_file())
    scene.boxes.crashes_on_delete = True
    assert actions(scene.replay()) == ["stays: ServiceBusyError: the service is busy"]
    scene.boxes.crashes_on_delete = False

    assert scene.replay()["replayed"] == 1
    assert scene.arrivals.keys == [("orders.csv", "csv")] * 2
    assert isinstance(scene.claim(a_file()), Claimed)
    assert scene.boxes.letters["failed-files"] == []


def test_a_letter_of_an_older_failure_does_not_reopen_a_newer_one(scene):
    older = scene.fail(a_file())
    scene.replay()
    newer = scene.fail(a_file())
    scene.boxes.letters["failed-files"].clear()
    scene.keep(older)

    scene.replay()

    assert scene.claim(a_file()) == Settled()
    scene.keep(newer)
    scene.replay()
    assert isinstance(scene.claim(a_file()), Claimed)


def test_a_failed_file_that_the_catalogue_has_forgotten_arrives_anew(scene):
    scene.keep(Task(a_file("photo.png"), 3))

    assert scene.replay()["replayed"] == 1
    assert scene.arrivals.keys == [("photo.png", "image")]


def test_a_queue_that_refuses_the_replacement_keeps_the_letter(scene):
    scene.boxes.put("csv", arrival("a.csv"))
    scene.boxes.put("csv", arrival("b.csv"))
    scene.arrivals.fails_for = {"a.csv"}

    assert actions(scene.replay()) == ["stays: ServiceBusyError: the service is busy", "replayed"]
    assert [letter.message_id for letter in scene.boxes.letters["csv"]] == ["l0"]
    assert scene.boxes.held == []


def test_what_nothing_can_be_made_of_stays(scene):
    for body in ("{", "[]", '"x"', {}, {"file_id": "x"}, {"detail-type": "Object Created"}):
        scene.boxes.put("csv", body)

    assert actions(scene.replay()) == ["stays: nothing can be made of it"] * 6
    assert len(scene.boxes.letters["csv"]) == 6


def test_letters_of_rules_go_where_the_rule_would_have_sent_them(scene):
    undelivered = {"attributes": {"ERROR_CODE": "NO_PERMISSIONS", "ERROR_MESSAGE": "The queue refused."}}
    for body in (arrival("a.csv"), DELETED, ENDED):
        scene.boxes.put("rules", body, **undelivered)

    report = scene.replay()

    assert {line["reason"] for line in report["letters"]} == {"NO_PERMISSIONS: The queue refused."}
    assert scene.arrivals.keys == [("a.csv", "csv")]
    assert [queue for queue, _ in scene.recovery.queues.sent] == ["deletions", "ended-executions"]
    assert scene.boxes.letters["rules"] == []


def test_a_letter_of_the_stream_announces_again_what_is_unannounced(scene):
    task = Task(a_file(), scene.claim(a_file()).attempt)
    scene.catalogue.record(task, Outcome(Status.SUCCESS), at=scene.clock())
    scene.clock.tick(hours=1)
    scene.boxes.put("stream", STREAM_LETTER)

    [line] = scene.replay()["letters"]

    assert (line["kind"], line["reason"]) == (Kind.STREAM, "RetryAttemptsExhausted")
    assert scene.recovery.register.announced_again == ["orders.csv"]


def test_a_failed_file_says_what_the_exception_said_and_not_its_stack_trace(scene):
    cause = {"errorType": "MisconfiguredError", "errorMessage": "cannot read x", "stackTrace": ["  File"]}
    task = scene.fail(a_file())
    scene.boxes.letters["failed-files"].clear()
    facts = {"processor": "profile_csv", "error": "MisconfiguredError", "cause": json.dumps(cause)}
    scene.boxes.put("failed-files", task.to_json() | facts)

    assert scene.replay(dry_run=True)["letters"][0]["reason"] == "MisconfiguredError: cannot read x"


def test_a_delivery_whose_attempts_are_spent_begins_its_schedule_again(scene):
    spent = Delivery("wh_1", "evt_1", "file.failed", "{}", START - timedelta(days=3), attempt=9)
    scene.boxes.put("webhooks", spent.to_json(), attributes={"reason": "every attempt failed"})

    [line] = scene.replay()["letters"]

    assert (line["kind"], line["about"], line["reason"]) == (
        "webhook delivery",
        "file.failed for wh_1",
        "every attempt failed",
    )
    [(queue, body)] = scene.recovery.queues.sent
    assert (queue, Delivery.from_json(body)) == ("webhooks", replace(spent, attempt=1, due_at=scene.clock()))
    assert scene.boxes.letters["webhooks"] == []


def test_a_mail_that_could_not_be_sent_is_published_as_it_was(scene):
    attributes = {"mail": {"Type": "String", "Value": "yes"}, "id": {"Type": "String", "Value": "i1"}}
    body = {
        "Type": "Notification",
        "Subject": "a.csv failed",
        "Message": "Because.",
        "MessageAttributes": attributes,
    }
    scene.boxes.put("mail", body)

    [line] = scene.replay()["letters"]

    assert (line["kind"], line["about"]) == ("mail", "a.csv failed")
    assert scene.recovery.mails.published == [Mail("a.csv failed", "Because.", {"mail": "yes", "id": "i1"})]


@pytest.mark.parametrize(("queue", "lane"), [("image", "image"), ("rules", "other")])
def test_the_result_of_a_scan_goes_back_to_its_lane_or_to_one_that_forwards_it(scene, queue, lane):
    """Where arrivals wait for a scan, its result is what announces a file."""
    found = {"s3ObjectDetails": {"bucketName": "inbox", "objectKey": "a.png", "eTag": "e"}}
    found["scanResultDetails"] = {"scanResultStatus": "FAILED"}
    scene.boxes.letters.setdefault(queue, [])
    scene.boxes.put(queue, {"detail-type": SCANNED, "source": "aws.guardduty", "id": "i", "detail": found})

    [line] = scene.replay()["letters"]

    assert (line["kind"], line["key"], line["action"]) == ("scan for malware", "a.png", "replayed")
    assert [sent for sent, _ in scene.recovery.queues.sent] == [lane]


def test_the_result_of_a_scan_of_another_bucket_is_unreadable(scene):
    found = {"s3ObjectDetails": {"bucketName": "elsewhere", "objectKey": "a"}}
    found["scanResultDetails"] = {"scanResultStatus": "FAILED"}
    scene.boxes.put("csv", {"detail-type": SCANNED, "source": "aws.guardduty", "id": "i", "detail": found})

    assert actions(scene.replay()) == ["stays: nothing can be made of it"]


@pytest.mark.parametrize(
    ("queue", "body", "started"),
    [
        ("digest", {"detail-type": "Scheduled Event"}, ("digest", '{"detail-type": "Scheduled Event"}')),
        ("tune-pace", {"requestPayload": {"x": 1}, "requestContext": {}}, ("tune-pace", '{"x": 1}')),
        ("rules", {"gone": True}, ("sweep", '{"gone": true}')),
        ("rules", {"gone": True, "days": 400}, ("sweep", '{"gone": true, "days": 400}')),
    ],
)
def test_a_run_that_failed_on_its_schedule_runs_once_more(scene, queue, body, started):
    scene.boxes.put(queue, body)

    assert scene.replay()["replayed"] == 1
    assert scene.recovery.runs.started == [started]


def test_why_a_run_failed_is_what_the_function_said(scene):
    said = {"errorType": "ServiceBusyError", "errorMessage": "cannot publish"}
    scene.boxes.put("digest", {"requestPayload": {}, "responsePayload": said})

    assert scene.replay(dry_run=True)["letters"][0]["reason"] == "ServiceBusyError: cannot publish"


@pytest.mark.parametrize(
    "body",
    [
        {"webhook_id": 7},
        {"Type": "Notification"},
        {"Type": "Notification", "Message": "x", "MessageAttributes": {"id": "text"}},
        {"detail-type": "Object Restore Completed", "source": "aws.s3"},
        {"Records": [{"eventName": "ObjectCreated:Put"}]},
        {"gone": True, "prefix": "x"},
        "[" * 100_000,
    ],
)
def test_a_letter_of_another_shape_stays_with_its_text_and_a_reason(scene, body):
    scene.boxes.put("webhooks", body)

    [line] = scene.replay()["letters"]

    assert line["action"] == "stays: nothing can be made of it"
    assert line["reason"]
    assert line["body"] == scene.boxes.letters["webhooks"][0].body[:500]


def test_what_nothing_can_be_made_of_is_removed_on_demand_once_the_audit_has_its_text(scene):
    scene.boxes.put("csv", "{")
    scene.boxes.put("csv", arrival("a.csv"))
    assert actions(scene.replay(discard=True, dry_run=True)) == [
        "would be removed",
        "stays: it can be replayed",
    ]
    assert len(scene.boxes.letters["csv"]) == 2

    report = scene.replay(discard=True)

    assert actions(report) == ["removed: the audit has its text", "stays: it can be replayed"]
    assert scene.recovery.audit.texts == ["{"]
    assert [letter.message_id for letter in scene.boxes.letters["csv"]] == ["l1"]


def test_what_the_audit_cannot_hold_is_not_removed(scene):
    scene.boxes.put("csv", "x" * 300_001)

    assert actions(scene.replay(discard=True)) == ["stays: it is too long for the audit"]


def test_letters_beyond_those_that_are_not_meant_are_found(scene):
    for number in range(250):
        scene.boxes.put("csv", arrival(f"other/{number}.csv"))
    scene.boxes.put("csv", arrival("mine/a.csv"))

    report = scene.replay(prefix="mine/", limit=1)

    assert [line["key"] for line in report["letters"]] == ["mine/a.csv"]
    assert len(scene.boxes.letters["csv"]) == 250
    assert scene.boxes.held == []


def test_a_replay_that_is_out_of_time_names_the_queues_that_are_left(scene):
    scene.boxes.put("csv", arrival("a.csv"))
    scene.boxes.put("rules", arrival("b.csv"))
    selection = Selection(queues=(), dry_run=False)
    answers = iter([False, True])

    report = scene.replayer.replay(selection, lambda: next(answers, True))

    assert (report["replayed"], report["more"]) == (1, ["rules"])
    assert scene.boxes.held == []


def test_an_answer_stays_below_what_lambda_may_answer(scene):
    for number in range(12):
        scene.boxes.put("csv", "\U0001f9fe" * 500, attributes={"reason": f"{number}" + "x" * 9000})

    report = scene.replay(dry_run=True)

    assert all(len(line["reason"]) == 1000 for line in report["letters"])
    assert len(json.dumps(report)) < 200_000


def test_a_queue_that_is_none_is_a_mistake(scene):
    with pytest.raises(UnexpectedEventError, match="there is no queue csvs"):
        scene.replay(queues=["csvs"])


MOMENTS = range(1, 16)
LETTERS = {
    "arrival": ("csv", arrival("a.csv")),
    "deletion": ("rules", DELETED),
    "ended execution": ("rules", ENDED),
    "stream": ("stream", STREAM_LETTER),
    "mail": ("mail", {"Type": "Notification", "Message": "x"}),
    "delivery": ("webhooks", json.loads(Delivery("wh_1", "e", "file.failed", "{}", START).to_json())),
    "run": ("digest", {"detail-type": "Scheduled Event"}),
    "failed file": ("failed-files", None),
}


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("kind", LETTERS)
def test_no_letter_goes_before_its_replacement_is_accepted_whenever_the_replay_dies(kind, moment):
    """The process dies before or after each call of each port; the next replay finds what it left."""
    scene = Scene()
    queue, body = LETTERS[kind]
    if body is None:
        scene.fail(a_file())
    else:
        scene.boxes.put(queue, body)
    fuse = Fuse()
    dying = scene.mortal(fuse)
    fuse.left = moment
    with suppress(CrashError):
        dying.replay(Selection(queues=(), dry_run=False))
    scene.boxes.held.clear()

    if not scene.boxes.letters[queue]:
        assert scene.replaced() >= 1
        assert len(scene.recovery.audit.lines) == 1
    scene.replay()

    assert scene.boxes.letters[queue] == []
    assert scene.replaced() >= 1
    assert scene.recovery.audit.lines
    outcomes = scene.process_arrivals()
    assert list(outcomes.values()) == [1] * (kind in ("arrival", "failed file"))


@pytest.mark.parametrize(
    ("selection", "keys"),
    [
        ({}, ["in/a.csv", "in/b.png", "out/c.csv"]),
        ({"queues": ["rules"]}, ["out/c.csv"]),
        ({"prefix": "in/"}, ["in/a.csv", "in/b.png"]),
        ({"processor": "process_image"}, ["in/b.png"]),
        ({"reason": "NO_PERM"}, ["out/c.csv"]),
        ({"since": (START + timedelta(minutes=30)).isoformat()}, ["out/c.csv"]),
        ({"until": (START + timedelta(minutes=30)).isoformat()}, ["in/a.csv", "in/b.png"]),
        ({"until": "2026-03-02T09:30"}, ["in/a.csv", "in/b.png"]),
        ({"limit": 1}, ["in/a.csv", "out/c.csv"]),
    ],
)
def test_only_what_every_filter_covers_is_meant(scene, selection, keys):
    scene.boxes.put("csv", arrival("in/a.csv"))
    scene.boxes.put("csv", arrival("in/b.png"))
    late = {"sent_at": START + timedelta(hours=1), "attributes": {"ERROR_CODE": "NO_PERMISSIONS"}}
    scene.boxes.put("rules", arrival("out/c.csv"), **late)

    assert [line["key"] for line in scene.replay(**selection)["letters"]] == keys
    assert [key for key, _ in scene.arrivals.keys] == keys


def test_a_queue_that_holds_more_than_the_limit_is_named(scene):
    for _ in range(3):
        scene.boxes.put("csv", arrival())

    assert scene.replay(limit=2)["more"] == ["csv"]
    assert scene.replay(limit=2)["more"] == []


@pytest.mark.parametrize(
    "request_",
    [
        {},
        {"queues": None},
        {"queues": [], "limit": 0},
        {"queues": [], "limit": 1001},
        {"queues": [], "limit": "many"},
        {"queues": [], "since": "yesterday"},
        {"queues": [], "colour": "red"},
    ],
)
def test_a_request_of_another_shape_is_refused(request_):
    with pytest.raises(UnexpectedEventError):
        Selection.from_json(request_)


@pytest.mark.parametrize("body", ["", "null", "7", "[1]", '{"detail-type": "Object Deleted", "detail": 3}'])
def test_any_text_is_read_as_some_letter(body):
    letter = Letter("csv", "m", "r", body, START)

    assert read_letter(letter, inbox="inbox").kind in (Kind.UNREADABLE, Kind.DELETION)


def test_an_arrival_of_another_bucket_is_unreadable_with_its_reason():
    letter = Letter("csv", "m", "r", json.dumps(arrival(bucket="elsewhere")), START)

    assert "is not the inbox" in read_letter(letter, inbox="inbox").reason
