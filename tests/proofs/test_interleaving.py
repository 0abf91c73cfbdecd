"""Dispatchers and processors that switch at every call of a port keep to rate, slots and files in flight."""

from dataclasses import replace
from datetime import timedelta
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sluice.pace.pacing import SECOND, Pace
from tests.fakes import START
from tests.proofs import tally
from tests.proofs.crowd import Crowd
from tests.proofs.faults import Fault
from tests.proofs.test_conservation import ARRIVALS, PACES, check

HIDING = 1  # a queue hides messages for whole seconds
FAULTS = st.lists(st.builds(Fault, st.integers(1, 400), st.booleans(), st.booleans()), max_size=6)
QUIETLY = settings(max_examples=tally.cases(40, 1000), suppress_health_check=list(HealthCheck))


@QUIETLY
@given(
    pace=PACES,
    arrivals=ARRIVALS,
    seed=st.integers(0, 2**32),
    dispatchers=st.integers(1, 6),
    processors=st.integers(1, 4),
    seconds=st.floats(0, 15),
    switching=st.sampled_from([0.1, 0.5, 1]),
    lag=st.sampled_from([0, 0, 1, 5]),
    receive=st.integers(1, 10),
    faults=FAULTS,
)
def test_whoever_goes_on_at_each_call_starts_keep_to_rate_burst_slots_and_files_in_flight(
    pace, arrivals, **around
):
    world = Crowd(pace, **around)
    for number, (at, files) in enumerate(arrivals):
        for one in range(files):
            world.upload_at(at, f"{number}-{one}.csv", times=1 + (number + one) % 2)
    world.run()

    check("pace: interleaved at each call", world)


def test_late_files_that_look_for_slots_do_not_keep_processors_from_files_that_have_one():
    """Fewer processors than the rate needs: a processor that waits for a slot would let others pass."""
    world = Crowd(
        Pace(rate=0.5, burst=17, horizon_seconds=14, max_in_flight=100),
        seed=0, dispatchers=2, processors=3, seconds=15, receive=1,
    )  # fmt: skip
    for number in range(60):
        world.upload_at(0, f"{number}.csv")
    world.run(within=timedelta(minutes=30))

    check("pace: fewer processors than the rate needs", world)
    assert world.clock() - START < timedelta(seconds=1.2 * 60 * 15 / 3)


@settings(QUIETLY, max_examples=tally.cases(4, 50))
@given(seed=st.integers(0, 2**32), share=st.sampled_from([0, 0.05, 0.3]), most=st.sampled_from([8, 100]))
def test_50_dispatchers_that_are_throttled_and_conflict_lose_nothing_and_keep_to_the_pace(seed, share, most):
    random = Random(seed)
    throttled = [call for call in range(4000) if random.random() < share]
    faults = [Fault(call, after=random.random() < 0.5, kills=False) for call in throttled]
    pace = Pace(rate=50, burst=20, horizon_seconds=10, max_in_flight=most)
    world = Crowd(pace, faults, seed=seed, dispatchers=50, processors=5)
    for number in range(100):
        world.upload_at(0, f"{number}.csv")
    world.run()

    check("pace: 50 dispatchers, throttled", world)


@QUIETLY
@given(
    pace=PACES,
    arrivals=ARRIVALS,
    seed=st.integers(0, 2**32),
    dispatchers=st.integers(1, 4),
    skews=st.lists(st.integers(-300, 300), min_size=1, max_size=6),
    faults=FAULTS,
)
def test_clocks_that_differ_by_minutes_give_no_slot_too_many_and_lose_nothing(pace, arrivals, **around):
    """Each process begins a file in its slot by its own clock."""
    world = Crowd(pace, **around)
    for number, (at, files) in enumerate(arrivals):
        for one in range(files):
            world.upload_at(at, f"{number}-{one}.csv")
    world.run()

    check("pace: clocks that differ by up to 10 minutes", world)


@QUIETLY
@given(
    pace=st.builds(replace, PACES, max_in_flight=st.just(1000)),
    files=st.integers(20, 80),
    seed=st.integers(0, 2**32),
    dispatchers=st.integers(1, 4),
    deaths=st.lists(st.builds(Fault, st.integers(1, 400), st.booleans(), st.just(value=True)), max_size=3),
)
def test_with_a_live_backlog_no_slot_is_wasted_for_longer_than_the_horizon(
    pace, files, seed, dispatchers, deaths
):
    """
    A slot is wasted where a lane has all its burst again, which is when all reserved is worked off.

    A backlog lives while a file waits in the queue, and not in the hands of a process that died.
    """
    world = Crowd(pace, deaths, seed=seed, dispatchers=dispatchers, processors=20)
    for number in range(files):
        world.upload_at(0, f"{number}.csv")
    restart, wasted = world.states.restart, [0]

    def noted(seen, to, *, before):
        alive = {each.message.body for each in world.queue} - world.orphaned
        if seen.next_at and alive:
            wasted.append(before - seen.next_at)
        return restart(seen, to, before=before)

    world.states.restart = noted
    world.run()

    check("pace: no slot wasted for longer than the horizon", world)
    assert max(wasted) <= (pace.horizon_seconds + HIDING) * SECOND
