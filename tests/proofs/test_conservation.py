"""Uploaded = success + error + failed + skipped + queued, each once, whatever fails between any two calls."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sluice.pace.pacing import Pace
from tests.proofs import tally
from tests.proofs.faults import Fault
from tests.proofs.world import World

PACE = Pace(rate=5, burst=3, horizon_seconds=10, max_in_flight=4)


def a_mixed_day(faults=(), **world):
    """Duplicates, versions out of order, a bad file, one that always fails, a skipped one, and poison."""
    world = World(PACE, faults, **world)
    world.raises["poison.csv"] = 99
    world.upload("a.csv", times=3)
    world.upload("b.csv", version="v2", sequencer="0B")
    world.upload("b.csv", version="v1", sequencer="0A")
    world.upload("bad.csv")
    world.upload("poison.csv")
    world.upload("folder.skip")
    world.upload("letter", body="{")
    world.upload("c.csv")
    world.run()
    return world


def check(proof, world):
    """Count the case, and fail on what does not hold."""
    violations = world.violations()
    tally.count(
        proof, cases=1, files=len(world.uploaded), faults=world.faults.struck,
        checks=9, violations=len(violations),
    )  # fmt: skip
    assert violations == []


def test_without_a_fault_each_file_has_its_outcome():
    world = a_mixed_day()

    check("conservation: no fault", world)
    statuses = [(task.file.key, str(outcome.status)) for task, outcome in world.catalogue.recorded]
    assert sorted(statuses) == [
        ("a.csv", "success"), ("b.csv", "success"), ("b.csv", "success"), ("bad.csv", "error"),
        ("c.csv", "success"), ("folder.skip", "skipped"), ("poison.csv", "failed"),
    ]  # fmt: skip
    assert [message.body for message in world.dead_letters] == ["{"]
    assert len(world.failed_files) == 1


@pytest.mark.parametrize("kills", [True, False], ids=["the process dies", "the service is busy"])
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_fault_at_any_call_of_any_port_loses_nothing_and_doubles_nothing(after, kills):
    calls = a_mixed_day().faults.calls
    assert calls > 80

    for call in range(1, calls + 1, tally.cases(3, 1)):
        check("conservation: one fault, at each call", a_mixed_day([Fault(call, after, kills)]))


@settings(max_examples=tally.cases(60, 3000), suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.builds(Fault, st.integers(1, 400), st.booleans(), st.booleans()), max_size=12),
    st.integers(1, 4),
)
def test_many_faults_and_several_dispatchers_lose_nothing_and_double_nothing(faults, dispatchers):
    check("conservation: many faults", a_mixed_day(faults, dispatchers=dispatchers))


PACES = st.builds(
    Pace,
    rate=st.sampled_from([0.5, 2, 5, 50]),
    burst=st.integers(1, 20),
    horizon_seconds=st.integers(2, 30),
    max_in_flight=st.sampled_from([1, 2, 8, 100]),
)
ARRIVALS = st.lists(st.tuples(st.floats(0, 20), st.integers(1, 12)), min_size=1, max_size=6)


@settings(max_examples=tally.cases(60, 3000), suppress_health_check=list(HealthCheck))
@given(
    pace=PACES,
    arrivals=ARRIVALS,
    seconds=st.floats(0, 15),
    dispatchers=st.integers(1, 4),
    faults=st.lists(st.builds(Fault, st.integers(1, 300), st.booleans(), st.booleans()), max_size=4),
    interleaved=st.lists(st.integers(1, 200), max_size=10),
)
def test_whatever_arrives_and_dies_starts_keep_to_rate_burst_slots_and_files_in_flight(
    pace, arrivals, **around
):
    world = World(pace, **around)
    for number, (wait, files) in enumerate(arrivals):
        for one in range(files):
            world.upload(f"{number}-{one}.csv")
        world.sleep(wait)
    world.run(within=timedelta(hours=12))

    check("pace: any arrivals, crashes, dispatchers", world)


def test_a_file_that_always_fails_is_given_up_also_where_a_backlog_takes_the_slots_before_it():
    """Each retry starts in another slot, and waiting for it makes the state machine count anew."""
    world = World(Pace(rate=1, burst=1, horizon_seconds=10, max_in_flight=50))
    world.raises["poison.csv"] = 10**6
    world.upload("poison.csv")
    for number in range(300):
        world.upload(f"{number}.csv")
    world.run(within=timedelta(hours=1))

    check("conservation: poison in a backlog", world)
    starts = [file_id for *_, file_id in world.starts]
    poison = world.failed_files[0].tasks[0].file.file_id
    assert starts.count(poison) <= 7
