"""The path of a file from its announcement to its outcome, over fakes."""

import json
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from sluice.arrivals import read_arrival
from sluice.batches import Batch, Task
from sluice.errors import ServiceBusyError
from sluice.outcomes import Outcome, Status
from sluice.processors.profiling import profile_file
from sluice.rules.references import Reference
from sluice.rules.rule import PROFILE_CSV, Match, Rule
from tests import fakes
from tests.fakes import a_file, a_message, arrival

LEASE = timedelta(minutes=15)
RESERVE = timedelta(seconds=60)


class Path:
    """A dispatcher and a CSV processor over the same fakes."""

    def __init__(self):
        self.clock = fakes.FakeClock()
        self.catalogue = fakes.FakeCatalogue(self.clock)
        self.lanes, self.executions = fakes.FakeLanes(), fakes.FakeExecutions()
        self.inbox, self.outbox = fakes.FakeInbox(), fakes.FakeOutbox()
        self.journal = fakes.FakeJournal()
        self.receives = 0
        self.dispatcher = fakes.a_dispatcher(
            self.clock, self.catalogue, self.lanes, self.executions, self.journal
        )
        run = partial(
            profile_file,
            inbox=self.inbox,
            outbox=self.outbox,
            contracts=fakes.FakeContracts(),
            baselines=fakes.FakeBaselines(),
        )
        self.processor = fakes.a_processor(run, self.clock, self.catalogue, self.journal)

    def dispatch(self, *events, lane="csv"):
        """Dispatch one receive: of messages m0, m1 and so on in the first, 1m0, 1m1 in the second."""
        receive = self.receives or ""
        self.receives += 1
        bodies = [event if isinstance(event, str) else json.dumps(event) for event in events]
        messages = [a_message(body, f"{receive}m{n}") for n, body in enumerate(bodies)]
        return self.dispatcher.dispatch(messages, lane=lane, time_left=lambda: RESERVE)

    def file_id(self, key):
        """Return the id of the file that `arrival` announces under this key."""
        return read_arrival(json.dumps(arrival(key)), inbox="inbox").file_id

    def process(self, *clock):
        """Process all started batches; *clock* is what is left at each look, else plenty."""
        looks = iter(clock)
        time_left = lambda: timedelta(seconds=next(looks, 600))  # noqa: E731
        return [
            self.processor.process(batch, time_left=time_left, reserve=RESERVE)
            for batch in self.executions.batches
        ]


@pytest.fixture
def path():
    return Path()


def test_an_event_that_is_not_of_s3_is_buried_with_its_reason_and_the_others_proceed(path):
    again = path.dispatch(arrival("a.csv"), {"source": "aws.events"}, "{", arrival("b.csv"))

    assert again == []
    assert [(message.message_id, lane) for message, lane, _ in path.lanes.buried] == [
        ("m1", "csv"),
        ("m2", "csv"),
    ]
    assert all(reason for _, _, reason in path.lanes.buried)
    assert path.executions.keys == ["a.csv", "b.csv"]


@pytest.mark.parametrize("times", [2, 10])
def test_an_event_that_comes_several_times_in_one_receive_is_processed_once(path, times):
    path.inbox.contents["orders.csv"] = b"a\n1\n"

    again = path.dispatch(*[arrival()] * times)
    path.process()

    assert again == [f"m{n}" for n in range(1, times)]
    assert path.catalogue.outcomes() == [("orders.csv", Status.SUCCESS)]
    assert path.dispatch(*[arrival()] * times) == []


@pytest.mark.parametrize("times", [2, 10])
def test_an_event_that_comes_in_several_receives_is_processed_once(path, times):
    path.inbox.contents["orders.csv"] = b"a\n1\n"

    for _ in range(times):
        path.dispatch(arrival())
        path.process()
        path.clock.tick(minutes=20)

    assert path.catalogue.outcomes() == [("orders.csv", Status.SUCCESS)]
    assert len(path.executions.batches) == 1


def test_versions_of_a_key_announced_out_of_order_are_both_recorded_and_the_newer_result_stays(path):
    path.inbox.contents["orders.csv"] = b"a\n1\n"

    path.dispatch(arrival(version="v2", sequencer="0055AED6DCD90281E6"))
    path.process()
    path.dispatch(arrival(version="v1", sequencer="0055AED6DCD90281E5"))
    path.process()

    assert path.catalogue.outcomes() == [("orders.csv", Status.SUCCESS)] * 2
    assert len(path.catalogue.items) == 2
    assert b'"v2"' in path.outbox.results["processed/orders_summary.json"][1]


def test_an_expired_claim_is_taken_over_and_the_stale_attempt_cannot_record(path):
    path.dispatch(arrival())
    [stale] = path.executions.batches[0].tasks
    path.clock.tick(minutes=16)
    path.dispatch(arrival())
    newest = path.executions.batches[1].tasks[0]

    assert (stale.attempt, newest.attempt) == (1, 2)
    assert not path.catalogue.begin(stale, until=path.clock() + LEASE)
    assert not path.catalogue.record(stale, Outcome(Status.FAILED), at=path.clock())
    path.process()
    assert [task.attempt for task, _ in path.catalogue.recorded] == [2]


def test_a_claim_lost_while_the_file_is_processed_records_nothing_and_says_so(path):
    path.dispatch(arrival())

    def slow(_file, _rule, _contract):
        path.clock.tick(hours=1)
        path.dispatch(arrival())
        return Outcome(Status.SUCCESS)

    processor = fakes.a_processor(slow, path.clock, path.catalogue, path.journal)
    processor.process(path.executions.batches[0], time_left=lambda: LEASE, reserve=RESERVE)

    assert path.catalogue.recorded == []
    assert "outcome not recorded: the file was taken over" in [message for message, _ in path.journal.notes]


def test_an_unexpired_claim_is_looked_at_again_when_it_ends_but_soon(path):
    path.dispatch(arrival())
    path.clock.tick(minutes=14, seconds=50)

    assert path.dispatch(arrival()) == ["1m0"]
    assert [seconds for _, _, seconds in path.lanes.hidden] == [10]


def test_a_catalogue_that_fails_for_one_file_loses_none_of_the_others(path):
    path.catalogue.fails_for = {"b.csv"}

    assert path.dispatch(*map(arrival, ("a.csv", "b.csv", "c.csv"))) == ["m1"]
    assert path.executions.keys == ["a.csv", "c.csv"]
    assert path.journal.faults == [("file not claimed", {"file_id": path.file_id("b.csv")})]


@pytest.mark.parametrize("event", ["{", arrival("photo.png")])
def test_lanes_that_fail_for_one_message_lose_none_of_the_others(path, event):
    path.lanes.fails_for = {"m0"}

    assert path.dispatch(event, arrival("a.csv"), event) == ["m0"]
    assert path.executions.keys == ["a.csv"]
    assert len(path.lanes.buried + path.lanes.forwarded) == 1


def test_a_duplicate_that_cannot_be_hidden_still_comes_again(path):
    path.lanes.fails_for = {"m1"}

    assert path.dispatch(arrival(), arrival()) == ["m1"]
    assert len(path.executions.batches) == 1


def test_an_execution_that_does_not_start_releases_its_claims_and_loses_no_other_batch(path):
    path.executions.fails_for = {"b.csv"}
    large = 60 * 1024 * 1024

    assert path.dispatch(*(arrival(key, size=large) for key in ("a.csv", "b.csv", "c.csv"))) == ["m1"]
    assert path.executions.keys == ["a.csv", "c.csv"]

    path.executions.fails_for = set()
    assert path.dispatch(arrival("b.csv", size=large)) == []
    assert path.executions.keys == ["a.csv", "c.csv", "b.csv"]
    assert path.executions.batches[-1].tasks[0].attempt == 2


def test_an_object_deleted_before_it_is_read_ends_as_an_error_in_a_plain_sentence(path):
    path.dispatch(arrival())
    path.process()

    [(_, outcome)] = path.catalogue.recorded
    assert outcome == Outcome(Status.ERROR, error_message="The object was deleted before it could be read.")


def test_an_empty_table_ends_as_an_error_in_a_plain_sentence(path):
    path.inbox.contents["orders.csv"] = b""
    path.dispatch(arrival(size=0))
    path.process()

    [(_, outcome)] = path.catalogue.recorded
    assert (outcome.status, outcome.error_message) == (
        Status.ERROR,
        "The file is empty: it holds no row, not even a header.",
    )


def test_a_processor_short_of_time_returns_what_it_has_not_begun(path):
    path.dispatch(*map(arrival, ("a.csv", "b.csv", "c.csv")))

    [left] = path.process(600, 600, 600, 59)  # looks: lease of a, then before b, its lease, before c

    assert [task.file.key for task in left.tasks] == ["c.csv"]
    assert [key for key, _ in path.catalogue.outcomes()] == ["a.csv", "b.csv"]


def test_a_processor_always_begins_the_first_file(path):
    path.dispatch(arrival())

    assert path.process(0)[0].tasks == ()
    assert len(path.catalogue.recorded) == 1


def test_a_fault_of_ours_is_raised_and_the_outcomes_until_then_stay(path):
    path.dispatch(*map(arrival, ("a.csv", "b.csv")))
    path.catalogue.fails_for = {"b.csv"}

    with pytest.raises(ServiceBusyError):
        path.process()

    assert path.catalogue.outcomes() == [("a.csv", Status.ERROR)]


def test_a_released_claim_of_an_older_attempt_changes_nothing(path):
    path.dispatch(arrival())
    path.catalogue.release(Task(a_file(etag=""), attempt=7))

    assert path.dispatch(arrival()) == ["1m0"]


def test_a_batch_travels_through_json():
    references = (Reference("tables", 2), Reference("orders", 7))
    batch = Batch(
        "profile_csv", (Task(a_file("März + é 🧾.csv"), 3, *references), Task(a_file(), 1), Task(a_file(), 1))
    )

    assert Batch.from_json(json.loads(json.dumps(batch.to_json()))) == batch


def test_a_batch_of_a_release_that_named_no_rule_is_processed_by_the_default_rule(path):
    seen = []

    def run(_file, rule, contract):
        seen.append((rule.reference, contract))
        return Outcome(Status.SUCCESS)

    path.dispatch(arrival())
    [batch] = path.executions.batches
    data = batch.to_json()
    del data["files"][0]["rule"]
    processor = fakes.a_processor(run, path.clock, path.catalogue, path.journal)
    processor.process(Batch.from_json(data), time_left=lambda: LEASE, reserve=RESERVE)

    assert seen == [(Reference("tables", 0), None)]


def routed(dispatcher, router):
    """Return a dispatcher that goes by other rules."""
    return replace(dispatcher, intake=replace(dispatcher.intake, router=router))


def test_a_task_names_the_rule_and_the_newest_contract_that_decided(path):
    rule = Rule(
        id="orders", version=4, match=Match(prefix="orders"), processor=PROFILE_CSV, lane="csv", contract="o"
    )
    contracts = fakes.FakeContracts(("o", 1, {}), ("o", 2, {}))
    router = fakes.a_router(rule, contracts=contracts)
    path.dispatcher = routed(path.dispatcher, router)
    path.dispatch(arrival())

    [task] = path.executions.batches[0].tasks
    assert (task.rule, task.contract) == (Reference("orders", 4), Reference("o", 2))


@pytest.mark.parametrize("names", [{"processor": "gone"}, {"lane": "gone"}, {"contract": "gone"}])
def test_a_rule_that_names_what_is_gone_buries_the_file_with_the_reason_and_harms_no_other(path, names):
    rule = Rule(
        **{"id": "odd", "match": Match(prefix="odd"), "processor": PROFILE_CSV, "lane": "csv"} | names
    )
    dispatcher = routed(path.dispatcher, fakes.a_router(rule, *fakes.RuleBook().current()))
    messages = [a_message(json.dumps(arrival(key)), key) for key in ("odd.csv", "orders.csv")]

    assert dispatcher.dispatch(messages, lane="csv", time_left=lambda: RESERVE) == []
    assert path.executions.keys == ["orders.csv"]
    [(message, lane, reason)] = path.lanes.buried
    assert (message.message_id, lane) == ("odd.csv", "csv")
    assert "'odd'" in reason
    assert "'gone', which is unknown" in reason


def test_what_the_catalogue_has_of_a_file_names_the_rule_that_decided(path):
    path.dispatch(arrival(), arrival("folder/"))

    rules = {item["key"]: item["rule"].id for item in path.catalogue.items.values()}
    assert rules == {"orders.csv": "tables", "folder/": "folder-markers"}
