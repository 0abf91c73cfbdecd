"""Dispatch and processing keep to the pace of their lane, over fakes."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from sluice.arrivals import read_arrival, write_arrival
from sluice.batches import MAX_INPUT_BYTES, Batch, Task, group
from sluice.errors import DownstreamOverloadedError, ProcessorFailedError, ServiceBusyError, TriesSpentError
from sluice.moments import SECOND, to_microseconds
from sluice.outcomes import Outcome, Status
from sluice.pace.launching import FULL_RECHECK
from sluice.pace.pacing import Closed, Pace, changed
from sluice.pace.reserving import UNDERWAY_REACH
from sluice.processing import MOST_TRIES
from sluice.rules.rule import PROFILE_CSV, Rule
from tests import fakes
from tests.fakes import START, a_file, a_message, arrival

PACE = Pace(rate=1, burst=10, horizon_seconds=30, max_in_flight=100)
NOW = to_microseconds(START)
RULE = Rule(id="all", processor=PROFILE_CSV, lane="csv")
EVERYTHING = fakes.a_router(RULE)


class Lane:
    """A dispatcher and a processor of one lane; time passes only where they wait."""

    def __init__(self, **pace):
        self.clock = fakes.FakeClock()
        self.catalogue = fakes.FakeCatalogue(self.clock)
        self.lanes, self.executions = fakes.FakeLanes(), fakes.FakeExecutions()
        self.journal = fakes.FakeJournal()
        self.states = fakes.FakeLaneStates(csv=replace(PACE, **pace))
        self.dispatcher = fakes.a_dispatcher(
            self.clock, self.catalogue, self.lanes, self.executions, self.journal,
            states=self.states, router=EVERYTHING,
        )  # fmt: skip
        self.starts = []
        self.seconds = 0
        self.raises = []
        self.processor = fakes.a_processor(
            self._run,
            self.clock,
            self.catalogue,
            self.journal,
            states=self.states,
            rules=fakes.RuleBook((RULE,)),
        )

    def _run(self, file, _rule, _contract):
        self.starts.append(((self.clock() - START).total_seconds(), file.key))
        self.clock.tick(seconds=self.seconds)
        if self.raises:
            raise self.raises.pop()
        return Outcome(Status.SUCCESS)

    def set(self, **pace):
        """Change the lane's pace as a person does."""
        seen = self.states.read("csv")
        new = changed(seen, replace(seen.pace, **pace), to_microseconds(self.clock()))
        assert self.states.change(seen, new)

    def dispatch(self, *keys, seconds=30, receives=1, ids=None):
        """Dispatch one receive with *seconds* on the clock, which runs."""
        end = self.clock() + timedelta(seconds=seconds)
        messages = [
            replace(a_message(json.dumps(arrival(key)), name), receives=receives)
            for key, name in zip(keys, ids or [f"m-{key}" for key in keys], strict=True)
        ]
        return self.dispatcher.dispatch(messages, lane="csv", time_left=lambda: end - self.clock())

    def take_all_slots(self):
        """Take whatever slot a file under way could get."""
        reserve = self.processor.slots.reserver.reserve
        while not isinstance(reserve("csv", 1, reach=UNDERWAY_REACH), Closed):
            pass

    def process(self, batch):
        return self.processor.process(
            batch, time_left=lambda: timedelta(minutes=10), reserve=timedelta(minutes=1)
        )

    def batches(self):
        """The keys and slots of each execution, slots in seconds from the start."""
        return [
            [(task.file.key, (task.slot - NOW) / SECOND) for task in batch.tasks]
            for batch in self.executions.batches
        ]


def test_a_burst_starts_at_once_as_one_batch():
    lane = Lane()

    assert lane.dispatch(*"abcdefghij") == []
    assert lane.batches() == [[(key, 0) for key in "abcdefghij"]]
    assert lane.executions.batches[0].slot == NOW


def test_files_behind_the_burst_get_slots_one_after_the_other():
    lane = Lane(burst=2)

    lane.dispatch(*"abcd")

    assert lane.batches() == [[("a", 0), ("b", 0)], [("c", 1), ("d", 2)]]  # no batch is larger than the burst


def test_files_far_apart_travel_alone_for_to_wait_in_a_function_costs_more():
    lane = Lane(rate=0.1, burst=3)

    lane.dispatch(*"abc")
    lane.dispatch(*"def")

    assert [len(batch) for batch in lane.batches()] == [3, 1, 1, 1]


def test_a_strict_lane_has_batches_of_one():
    lane = Lane(strict=True)

    lane.dispatch(*"abc")

    assert [len(batch) for batch in lane.batches()] == [1, 1, 1]


def test_beyond_the_horizon_dispatch_waits_for_a_whole_batch():
    lane = Lane(rate=1, burst=10, horizon_seconds=5)
    lane.dispatch(*"abcdefghij")
    lane.dispatch(*"klmno")

    assert lane.dispatch(*"pqrst") == []
    assert [round(slot, 1) for _, slot in lane.batches()[-1]] == [6, 7, 8, 9, 10]
    assert lane.clock() - START >= timedelta(seconds=5)


def test_out_of_time_dispatch_takes_what_slots_there_are_and_returns_the_rest_until_the_lane_opens():
    lane = Lane(rate=0.5, burst=4, horizon_seconds=4)

    again = lane.dispatch(*"abcdefghij", seconds=10)

    assert [key for batch in lane.batches() for key, _ in batch] == list("abcd") + list("ef")
    assert again == ["m-g", "m-h", "m-i", "m-j"]
    assert [seconds for _, _, seconds in lane.lanes.hidden] == [2, 2, 2, 2]
    assert set(lane.catalogue.items) == {
        task.file.file_id for b in lane.executions.batches for task in b.tasks
    }


def test_a_closed_lane_claims_nothing():
    lane = Lane(paused=True)

    assert lane.dispatch(*"abc") == ["m-a", "m-b", "m-c"]
    assert lane.catalogue.items == {}
    assert [seconds for _, _, seconds in lane.lanes.hidden] == [30, 30, 30]


def test_a_pause_ends_while_dispatch_waits():
    lane = Lane(paused=True)
    sleep = lane.clock.sleep

    def resumed(seconds):
        sleep(seconds)
        if lane.clock() - START > timedelta(seconds=5) and lane.states.read("csv").pace.paused:
            lane.set(paused=False)

    admission = replace(lane.dispatcher.admission, sleep=resumed)
    lane.dispatcher = replace(lane.dispatcher, admission=admission)

    assert lane.dispatch("a") == []
    assert len(lane.batches()) == 1


@pytest.mark.parametrize("limit", [1, 2, 8])
def test_no_more_files_are_started_than_may_be_in_flight(limit):
    lane = Lane(rate=100, burst=100, max_in_flight=limit)

    again = lane.dispatch(*"abcdefghij")

    assert sum(map(len, lane.batches())) == limit
    assert len(again) == 10 - limit
    assert {seconds for _, _, seconds in lane.lanes.hidden} == {FULL_RECHECK.seconds}


def test_an_outcome_and_an_expired_claim_make_room():
    lane = Lane(rate=100, burst=100, max_in_flight=2)
    lane.dispatch(*"ab")
    lane.process(lane.executions.batches[0])
    assert lane.dispatch(*"cd") == []
    assert lane.dispatch("e") == ["m-e"]

    lane.clock.tick(minutes=16)
    assert lane.dispatch("e") == []


def test_dispatchers_that_counted_at_the_same_moment_give_back_what_is_too_much():
    lane = Lane(rate=100, burst=100, max_in_flight=2)
    count = lane.catalogue.unfinished

    def counted(*args, **kwargs):
        seen = count(*args, **kwargs)
        lane.catalogue.unfinished = count
        lane.dispatch("x", "y")  # another dispatcher counts, reserves and claims before we do
        return seen

    lane.catalogue.unfinished = counted

    assert sorted(lane.dispatch("a", "b", seconds=5)) == ["m-a", "m-b"]
    assert [key for batch in lane.batches() for key, _ in batch] == ["x", "y"]
    lane.process(lane.executions.batches[0])
    assert lane.dispatch("a", "b") == []


def test_the_message_of_a_dispatcher_that_died_takes_its_own_claim_over_though_the_lane_is_full():
    lane = Lane(max_in_flight=1)
    lane.catalogue.claim(
        read(arrival("a")), processor="p", lane="csv", until=START + timedelta(hours=1), message_id="m-a"
    )

    assert lane.dispatch("a", ids=["another"]) == ["another"]
    assert lane.dispatch("a") == []
    assert lane.executions.batches[0].tasks[0].attempt == 2


def test_in_a_full_lane_the_file_whose_claim_is_counted_goes_before_its_neighbours():
    lane = Lane(max_in_flight=1)
    lane.catalogue.claim(
        read(arrival("b")), processor="p", lane="csv", until=START + timedelta(hours=1), message_id="m-b"
    )

    assert lane.dispatch(*"abc", seconds=5) == ["m-a", "m-c"]
    assert [key for batch in lane.batches() for key, _ in batch] == ["b"]
    assert {item["key"] for item in lane.catalogue.items.values()} == {"b"}  # no other was ever claimed


def test_what_only_had_to_wait_never_becomes_a_dead_letter():
    lane = Lane(paused=True)

    assert lane.dispatch("a", "b", receives=500) == []
    assert [(message.message_id, where) for message, where in lane.lanes.forwarded] == [
        ("m-a", "csv"),
        ("m-b", "csv"),
    ]


def test_claims_that_cannot_be_counted_are_given_back():
    lane = Lane()
    count = lane.catalogue.unfinished
    answers = iter([count])

    def failing(*args, **kwargs):
        answer = next(answers, None)
        if not answer:
            raise ServiceBusyError("busy")
        return answer(*args, **kwargs)

    lane.catalogue.unfinished = failing

    assert lane.dispatch("a") == ["m-a"]
    lane.catalogue.unfinished = count
    assert lane.dispatch("a") == []


def test_the_age_of_the_oldest_file_is_measured_from_its_event():
    lane = Lane()
    lane.clock.tick(minutes=3)

    lane.dispatch("a")

    assert lane.journal.times == [("OldestFileAge", 180, "csv")]


@pytest.mark.parametrize("detail", [{"announced_at": START.isoformat()}, {"announced_at": "then"}, {}])
def test_a_file_that_is_announced_again_waits_since_then_and_not_since_its_upload(detail):
    """Else each replay and backfill of old files would raise the alarm that a lane stands still."""
    lane = Lane()
    lane.clock.tick(days=30, seconds=5)
    event = arrival("a")
    event["time"] = "2026-03-02T09:00:00Z"
    event["detail"] |= detail
    message = a_message(json.dumps(event), "m1")
    again = write_arrival(read(event), reason="replay", at=lane.clock() - timedelta(seconds=5))
    left = timedelta(seconds=30)

    lane.dispatcher.dispatch([message], lane="csv", time_left=lambda: left)
    lane.dispatcher.dispatch([replace(message, body=again)], lane="csv", time_left=lambda: left)

    assert [seconds for _, seconds, _ in lane.journal.times] == [30 * 86400 + 5, 5]


def test_a_processor_begins_no_file_before_its_slot():
    lane = Lane(burst=2)
    lane.dispatch(*"abcd")

    for batch in lane.executions.batches:
        lane.process(batch)

    assert lane.starts == [(0, "a"), (0, "b"), (1, "c"), (2, "d")]


def test_a_slot_far_ahead_is_left_to_the_state_machine():
    lane = Lane(rate=0.1, burst=1)
    lane.dispatch("a")
    lane.dispatch("b")

    left = lane.process(replace(lane.executions.batches[1], slot=NOW))

    assert lane.starts == []
    assert left == lane.executions.batches[1]
    assert lane.catalogue.items[left.tasks[0].file.file_id]["claimed_until"] > START + timedelta(seconds=960)


def test_a_processor_whose_clock_is_minutes_behind_the_state_machine_is_not_invoked_over_and_over():
    lane = Lane(rate=1, burst=1)
    lane.dispatch("a")
    lane.clock.tick(minutes=-2)
    left = lane.executions.batches[0]

    for invocations in range(1, 5):
        left = lane.process(left)
        assert left.slot == NOW + 5 * invocations * SECOND  # which the state machine waits for
    lane.clock.tick(minutes=2)

    assert lane.process(left).tasks == ()
    assert lane.starts == [(0, "a")]


def test_what_wakes_too_late_gets_another_slot():
    lane = Lane(rate=1, burst=1, horizon_seconds=10)
    lane.dispatch("a")
    lane.clock.tick(seconds=11)
    lane.dispatch("b")
    lane.dispatch("c")

    left = lane.process(lane.executions.batches[0])

    assert left.tasks == ()
    assert lane.starts == [(13, "a")]  # behind b and c


def test_files_that_a_slow_neighbour_made_late_get_other_slots_in_one_write():
    lane = Lane(rate=1, burst=3)
    lane.dispatch(*"abc")
    lane.clock.tick(minutes=1)
    lane.dispatch(*"xyz")
    lane.clock.tick(minutes=-1)
    lane.seconds = 60.5
    lane.states.writes = 0

    lane.process(replace(lane.executions.batches[0], tasks=lane.executions.batches[0].tasks))

    assert [key for _, key in lane.starts][:2] == ["a", "b"]
    assert lane.starts[1][0] == 61  # x, y and z have the burst; one slot a second is left
    assert lane.states.writes == 2  # one for b and c, and one more for c, which b made late again


def test_every_retry_takes_another_slot():
    lane = Lane(rate=1, burst=1)
    lane.dispatch("a")
    batch = lane.executions.batches[0]
    lane.raises = [ServiceBusyError("busy")] * 2

    for _ in range(2):
        with pytest.raises(ServiceBusyError):
            lane.process(batch)
    lane.process(batch)

    assert lane.starts == [(0, "a"), (1, "a"), (2, "a")]


def test_a_batch_that_is_invoked_twice_never_starts_two_files_in_one_slot():
    lane = Lane(rate=1, burst=1)
    lane.dispatch("a")
    batch = lane.executions.batches[0]
    [task] = batch.tasks
    assert lane.catalogue.begin(task, until=START + timedelta(hours=1), slot=task.slot) is True  # elsewhere

    lane.process(batch)

    assert lane.starts == [(1, "a")]


def test_a_retry_on_a_paused_lane_waits_in_the_state_machine_and_keeps_its_claim():
    lane = Lane(rate=1, burst=1)
    lane.dispatch("a")
    lane.set(paused=True)
    lane.clock.tick(seconds=60)

    left = lane.process(lane.executions.batches[0])

    assert lane.starts == []
    assert left.tasks[0].slot is None
    assert left.slot == to_microseconds(lane.clock() + timedelta(minutes=5))
    lane.clock.tick(minutes=5)
    lane.set(paused=False)
    assert lane.process(Batch.from_json(left.to_json())).tasks == ()
    assert len(lane.starts) == 1


def test_a_late_file_that_finds_no_slot_leaves_its_processor_to_those_that_have_one():
    lane = Lane(rate=1, burst=1, horizon_seconds=2)
    lane.dispatch("a")
    lane.clock.tick(seconds=11)
    lane.take_all_slots()
    before = lane.clock()

    left = lane.process(lane.executions.batches[0])

    assert (lane.starts, lane.clock()) == ([], before)
    assert 0 < (left.slot - to_microseconds(before)) / SECOND < 5  # as long as a processor waits for a slot
    lane.clock.tick(seconds=5)
    assert lane.process(left).tasks == ()


def test_what_was_taken_over_or_has_its_outcome_takes_no_other_slot():
    lane = Lane(rate=1, burst=2)
    lane.dispatch(*"ab")
    batch = lane.executions.batches[0]
    lane.process(batch)
    before = lane.states.read("csv")
    lane.clock.tick(minutes=1)

    assert lane.process(batch).tasks == ()
    assert lane.states.read("csv") == before


def test_an_attempt_that_another_has_taken_over_takes_no_other_slot():
    lane = Lane(rate=1, burst=2)
    lane.dispatch("a")
    lane.clock.tick(minutes=20)
    lane.dispatch("a", ids=["again"])
    stale, newest = lane.executions.batches
    before = lane.states.read("csv")

    assert lane.process(stale).tasks == ()
    assert (lane.starts, lane.states.read("csv")) == ([], before)
    lane.process(newest)
    assert len(lane.starts) == 1


@pytest.mark.parametrize(
    ("meanwhile", "again"), [(None, ["m-a"]), (Outcome(Status.SUCCESS), [])], ids=["claims it", "ends it"]
)
def test_what_another_takes_between_the_look_and_the_claim_harms_no_neighbour(meanwhile, again):
    lane = Lane()
    standing = lane.catalogue.standing

    def then_somebody(files):
        seen = standing(files)
        until = START + timedelta(seconds=20)
        lane.catalogue.claim(read(arrival("a")), processor="p", lane="csv", until=until, message_id="other")
        if meanwhile:
            lane.catalogue.record(Task(read(arrival("a")), 1), meanwhile, at=START)
        return seen

    lane.catalogue.standing = then_somebody

    assert lane.dispatch("a", "b") == again
    assert [key for batch in lane.batches() for key, _ in batch] == ["b"]
    assert [seconds for _, _, seconds in lane.lanes.hidden] == ([20] if again else [])


def test_a_file_that_another_holds_takes_no_slot_nor_does_one_that_is_begun():
    lane = Lane(rate=1, burst=1)
    lane.dispatch("a")
    before = lane.states.read("csv")

    assert lane.dispatch("a", ids=["another"]) == ["another"]
    lane.catalogue.begin(lane.executions.batches[0].tasks[0], until=START + timedelta(hours=1))
    assert lane.dispatch("a") == ["m-a"]
    assert lane.states.read("csv") == before


def test_a_receive_of_nothing_to_process_is_no_fault():
    lane = Lane()

    assert lane.dispatcher.dispatch([a_message("{")], lane="csv", time_left=lambda: timedelta(0)) == []
    assert lane.journal.faults == []


def test_a_file_to_skip_that_another_holds_comes_again_when_that_ends_and_an_ended_one_does_not():
    lane = Lane()
    skips = Rule(id="skips", reason="Not wanted.")
    intake = replace(lane.dispatcher.intake, router=fakes.a_router(skips))
    lane.dispatcher = replace(lane.dispatcher, intake=intake)
    until = START + timedelta(seconds=20)
    lane.catalogue.claim(read(arrival("a")), processor="p", lane="csv", until=until, message_id="other")

    assert lane.dispatch("a", "b") == ["m-a"]
    assert [seconds for _, _, seconds in lane.lanes.hidden] == [20]
    assert lane.dispatch("b") == []
    assert lane.catalogue.outcomes() == [("b", Status.SKIPPED)]


def test_a_claim_holds_for_a_while_after_its_slot_and_names_its_processor():
    lane = Lane(rate=0.1, burst=1)

    lane.dispatch("a", "b")

    items = {item["key"]: item for item in lane.catalogue.items.values()}
    assert [items[key]["claimed_until"] - START for key in "ab"] == [
        timedelta(minutes=15),
        timedelta(minutes=15, seconds=10),
    ]
    assert {item["processor"] for item in items.values()} == {"profile_csv"}


def test_a_processor_is_given_the_version_of_the_rule_that_decided():
    lane = Lane()
    lane.dispatch("a")
    seen = []
    processor = replace(lane.processor, run=lambda _, rule, __: seen.append(rule) or Outcome(Status.SUCCESS))

    processor.process(
        lane.executions.batches[0], time_left=lambda: timedelta(hours=1), reserve=timedelta(minutes=1)
    )

    assert seen == [RULE]


def test_a_batch_of_which_nothing_is_left_is_due_at_no_time():
    lane = Lane(rate=0.1, burst=1)
    lane.dispatch("a")
    lane.dispatch("b")
    lane.dispatch("b")  # by the same message: its dispatcher is taken for dead
    stale = lane.executions.batches[1]

    assert lane.process(replace(stale, slot=NOW)) == Batch("profile_csv", (), "csv")


def test_a_file_that_is_passed_over_gives_the_next_one_no_more_time():
    lane = Lane()
    lane.dispatch(*"abc")
    [batch] = lane.executions.batches
    passed = batch.tasks[1]
    lane.catalogue.record(passed, Outcome(Status.SKIPPED), at=START)
    looks = iter([600, 600, 600])  # the lease of a, before b, the lease of b; then time is short

    left = lane.processor.process(
        batch, time_left=lambda: timedelta(seconds=next(looks, 1)), reserve=timedelta(minutes=1)
    )

    assert [key for _, key in lane.starts] == ["a"]
    assert [task.file.key for task in left.tasks] == ["c"]


def test_a_batch_of_a_release_without_pace_is_processed_at_once():
    lane = Lane(paused=True)
    file = a_file("a")
    lane.catalogue.claim(file, processor="profile_csv", lane="csv", until=START + timedelta(hours=1))

    lane.process(Batch("profile_csv", (Task(file, 1),)))

    assert lane.starts == [(0, "a")]
    assert set(lane.states.lanes) == {"csv"}  # no other was asked for a slot


def test_an_overload_in_a_batch_of_a_release_without_pace_is_raised_and_counted_for_no_lane():
    lane = Lane()
    file = a_file("a")
    lane.catalogue.claim(file, processor="profile_csv", lane="csv", until=START + timedelta(hours=1))
    lane.raises = [DownstreamOverloadedError("the ledger answers 503")]

    with pytest.raises(DownstreamOverloadedError):
        lane.process(Batch("profile_csv", (Task(file, 1),)))

    assert set(lane.states.lanes) == {"csv"}
    assert lane.states.read("csv").overloads == 0


@pytest.mark.parametrize(("late", "starts"), [(10, 10), (10.000001, 11)])
def test_a_file_begins_in_its_slot_up_to_j_after_it_and_no_microsecond_later(late, starts):
    lane = Lane(rate=1, burst=1)
    lane.dispatch("a")
    lane.clock.tick(seconds=late)
    if late > 10:
        lane.dispatch("b")  # takes the slot of now, so that the next is a second away

    lane.process(lane.executions.batches[0])

    assert lane.starts == [(pytest.approx(starts, abs=0.01), "a")]
    assert (lane.catalogue.items[a_file_id("a")]["spent_slot"] == NOW) is (late == 10)


@pytest.mark.parametrize("fault", [DownstreamOverloadedError, ProcessorFailedError])
def test_what_says_that_the_lane_is_too_fast_is_counted_for_the_lane_and_raised_to_be_retried(fault):
    """Also that a team's own function failed: no metric of a function says in which lane."""
    lane = Lane()
    lane.dispatch("a")
    lane.raises = [fault("the ledger answers 503")]

    with pytest.raises(fault):
        lane.process(lane.executions.batches[0])

    assert lane.states.read("csv").overloads == 1


def begun_until_it_is_refused(lane, fault, times):
    """Process a file that raises *fault* each time; return how often it was begun."""
    lane.dispatch("a")
    [batch] = lane.executions.batches
    lane.raises = [fault("again") for _ in range(times)]
    for _ in range(times):
        lane.clock.tick(seconds=20)
        with pytest.raises((fault, TriesSpentError)):
            lane.process(batch)
    return len(lane.starts)


def test_a_file_is_begun_seven_times_and_then_no_more_whoever_retries():
    lane = Lane()

    assert begun_until_it_is_refused(lane, ServiceBusyError, 12) == MOST_TRIES
    assert lane.catalogue.items[a_file_id("a")]["status"] is Status.PROCESSING  # who retries records the end


def test_an_overload_is_no_try_of_the_file():
    assert begun_until_it_is_refused(Lane(), DownstreamOverloadedError, 12) == 12


def test_a_batch_whose_function_times_out_with_half_of_it_done_ends_with_one_outcome_each():
    lane = Lane(rate=100, burst=100)
    lane.dispatch(*"abcd")
    [batch] = lane.executions.batches
    run, killed = lane.processor.run, iter("ab")

    def dies(file, rule, contract):
        if next(killed, None) is None:
            raise KeyboardInterrupt  # as a timeout: nothing is caught, nothing is said
        return run(file, rule, contract)

    with pytest.raises(KeyboardInterrupt):
        replace(lane.processor, run=dies).process(
            batch, time_left=lambda: timedelta(minutes=10), reserve=timedelta(minutes=1)
        )
    for task in batch.tasks:
        lane.process(replace(batch, tasks=(task,)))

    assert sorted(lane.catalogue.outcomes()) == [(key, Status.SUCCESS) for key in "abcd"]


def test_an_input_stays_below_its_limit_however_long_the_keys_are():
    tasks = [Task(a_file("\x01" * 1000 + str(n)), 1, slot=NOW) for n in range(10)]

    batches = list(group("profile_csv", tasks, lane="csv"))

    assert [task for batch in batches for task in batch.tasks] == tasks
    assert len(batches) > 1
    sizes = [len(json.dumps(batch.to_json(), ensure_ascii=False).encode()) for batch in batches]
    assert max(sizes) < MAX_INPUT_BYTES + 200


def test_slots_travel_through_json_as_rfc_3339_in_utc():
    batch = Batch("p", (Task(a_file(), 1, slot=NOW + 1),), "csv", NOW)

    assert batch.to_json()["slot"] == "2026-03-02T09:00:00.000000Z"
    assert batch.to_json()["files"][0]["slot"] == "2026-03-02T09:00:00.000001Z"
    assert Batch.from_json(json.loads(json.dumps(batch.to_json()))) == batch


def a_file_id(key):
    """Return the id of the file that `arrival` announces under a key."""
    return read(arrival(key)).file_id


def read(event):
    """Return the file that an event announces."""
    return read_arrival(json.dumps(event), inbox="inbox")
