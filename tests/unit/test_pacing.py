"""Slots by the generic cell rate algorithm: whoever reserves, in whatever order, with whatever clock."""

import itertools
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sluice.moments import SECOND, to_microseconds, to_moment
from sluice.pace.pacing import Cause, Closed, LaneState, Pace, changed, opening, problems, room
from sluice.pace.reserving import UNDERWAY_REACH, Reserver
from tests.fakes import START, FakeClock, FakeLaneStates

unhurried = settings(deadline=None)  # other work on the machine is no failure
RATES = st.sampled_from([0.01, 0.5, 3, 5, 7.3, 50, 200])
PACES = st.builds(
    Pace,
    rate=RATES,
    burst=st.integers(1, 40),
    horizon_seconds=st.integers(1, 120),
    max_in_flight=st.just(100),
)
STEPS = st.lists(
    st.tuples(st.integers(0, 20_000_000), st.integers(1, 10), st.integers(1, 10)), min_size=1, max_size=60
)


def most_in_any_window(slots, rate, burst):
    """Return by how many slots the fullest window exceeds rate · t + burst."""
    slots = sorted(slots)
    worst = -burst
    for first, begin in enumerate(slots):
        for last in range(first, len(slots)):
            allowed = rate * (slots[last] - begin) / SECOND + burst
            worst = max(worst, last - first + 1 - allowed)
    return worst


def a_lane(pace):
    clock = FakeClock()
    states = FakeLaneStates(csv=pace)
    return clock, states, Reserver(states, clock)


@unhurried
@given(PACES, STEPS)
def test_no_window_holds_more_slots_than_rate_times_t_plus_burst(pace, steps):
    clock, _, reserver = a_lane(pace)
    slots = []
    for passed, wanted, least in steps:
        clock.tick(microseconds=passed)
        answer = reserver.reserve("csv", wanted, least=min(wanted, least))
        if not isinstance(answer, Closed):
            assert min(wanted, least, pace.burst) <= len(answer) <= min(wanted, pace.burst)
            assert all(slot >= to_microseconds(clock()) for slot in answer)
            assert answer[-1] <= to_microseconds(clock()) + pace.horizon_seconds * SECOND
            slots += answer

    assert most_in_any_window(slots, pace.rate, pace.burst) <= 1e-6


@unhurried
@given(PACES, STEPS, st.lists(st.integers(-300, 300), min_size=2, max_size=5))
def test_clocks_that_differ_by_minutes_never_break_the_bound(pace, steps, skews):
    """A fast clock may leave slots unused; none gives more."""
    clock, states, _ = a_lane(pace)
    reservers = [Reserver(states, lambda s=skew: clock() + timedelta(seconds=s)) for skew in skews]
    slots = []
    for number, (passed, wanted, _) in enumerate(steps):
        clock.tick(microseconds=passed)
        answer = reservers[number % len(reservers)].reserve("csv", wanted)
        slots += () if isinstance(answer, Closed) else answer

    assert most_in_any_window(slots, pace.rate, pace.burst) <= 1e-6


@unhurried
@given(PACES, PACES, STEPS, STEPS)
def test_a_change_of_pace_keeps_to_the_higher_rate_and_the_larger_burst(old, new, before, after):
    clock, states, reserver = a_lane(old)
    slots = []
    for steps in (before, after):
        for passed, wanted, _ in steps:
            clock.tick(microseconds=passed)
            answer = reserver.reserve("csv", wanted)
            slots += () if isinstance(answer, Closed) else answer
        seen = states.read("csv")
        states.change(seen, changed(seen, new, to_microseconds(clock())))

    rate, burst = max(old.rate, new.rate), max(old.burst, new.burst)
    assert most_in_any_window(slots, rate, burst) <= 1 + 1e-6  # integer microseconds may split one file


@unhurried
@given(PACES, PACES, STEPS)
def test_a_change_of_pace_acts_within_the_horizon(old, new, steps):
    clock, states, reserver = a_lane(old)
    for passed, wanted, _ in steps:
        clock.tick(microseconds=passed)
        reserver.reserve("csv", wanted)
    seen = states.read("csv")
    states.change(seen, changed(seen, new, to_microseconds(clock())))

    answer = reserver.reserve("csv", 1, reach=1000)
    interval = timedelta(microseconds=new.interval)
    assert to_moment(answer[0]) - clock() <= timedelta(seconds=old.horizon_seconds) + interval


@unhurried
@given(PACES, st.integers(1, 40))
def test_with_a_live_backlog_no_slot_is_wasted(pace, wanted):
    """Who asks again when the lane opens gets, over time, one slot an interval."""
    clock, _, reserver = a_lane(pace)
    slots = []
    while len(slots) < 100:
        answer = reserver.reserve("csv", wanted)
        if isinstance(answer, Closed):
            assert answer.cause is Cause.RATE
            clock.time = to_moment(answer.until)
        else:
            slots += answer

    gaps = [after - before for before, after in itertools.pairwise(slots)]
    assert gaps[: pace.burst - 1] == [0] * (min(pace.burst, 100) - 1)
    assert set(gaps[pace.burst - 1 :]) <= {pace.interval}


def test_an_idle_lane_gives_a_burst_at_once_and_then_one_slot_an_interval():
    _, _, reserver = a_lane(Pace(rate=2, burst=3, horizon_seconds=30, max_in_flight=9))

    slots = [reserver.reserve("csv", 1)[0] - to_microseconds(START) for _ in range(5)]

    assert slots == [0, 0, 0, SECOND // 2, SECOND]


def test_a_reservation_takes_one_write_and_at_most_two_where_the_lane_was_seen_otherwise():
    clock, states, reserver = a_lane(Pace(rate=2, burst=3, horizon_seconds=30, max_in_flight=9))
    reserver.reserve("csv", 3)
    assert states.writes == 1

    clock.tick(hours=1)
    stale = states.read("csv")
    reserver.reserve("csv", 1)
    seen_late = SimpleNamespace(read=lambda _: stale, advance=states.advance, restart=states.restart)
    replace(reserver, states=seen_late).reserve("csv", 1)
    assert states.writes == 4


def test_what_is_under_way_finds_a_slot_where_those_who_arrive_have_taken_the_horizon():
    _, _, reserver = a_lane(Pace(rate=1, burst=1, horizon_seconds=5, max_in_flight=9))
    while not isinstance(reserver.reserve("csv", 1), Closed):
        pass

    [slot] = reserver.reserve("csv", 1, reach=UNDERWAY_REACH)
    assert slot - to_microseconds(START) == 6 * SECOND


@pytest.mark.parametrize(
    ("ahead", "reach", "files"),
    [(-3600, 1, 4 + 20), (-3600, 2, 4 + 40), (0, 1, 24), (11, 1, 2), (11.6, 1, 0), (12, 1, 0), (99, 1, 0)],
)
def test_room_is_a_burst_and_what_the_horizons_hold_less_what_is_given_away(ahead, reach, files):
    """Of a lane of 2 files a second, a burst of 4 and 10 seconds; never less than nothing."""
    now = to_microseconds(START)
    pace = Pace(rate=2, burst=4, horizon_seconds=10, max_in_flight=9)

    assert room(LaneState("csv", pace, now + round(ahead * SECOND)), now, reach) == files


@unhurried
@given(PACES, st.integers(0, 10**12), st.integers(1, 40), st.integers(1, 3))
def test_a_lane_opens_at_the_moment_at_which_there_is_room_and_no_microsecond_before(
    pace, next_at, count, reach
):
    state, count = LaneState("csv", pace, next_at), min(count, pace.burst)
    opens = opening(state, count, reach)

    assert room(state, opens, reach) == count
    assert room(state, opens - 1, reach) == count - 1


@pytest.mark.parametrize(
    ("rate", "interval"), [(3, 333_334), (0.1, 10_000_000), (200, 5_000), (7.3, 136_987)]
)
def test_an_interval_is_rounded_so_that_no_file_starts_too_early(rate, interval):
    assert Pace(rate=rate, burst=1, horizon_seconds=1, max_in_flight=1).interval == interval


@unhurried
@given(PACES, st.integers(0, 10**7), st.integers(0, 10**7))
def test_a_change_to_the_same_pace_moves_nothing(pace, ahead, now):
    state = LaneState("csv", pace, now + ahead)

    after = changed(state, pace, now)
    assert after.pace == replace(pace, config_version=1)
    assert after.next_at >= min(state.next_at, now + pace.tolerance)


def test_the_configuration_counts_on_from_the_one_in_force():
    """Whatever is written into the new one: dispatchers tell by it that a change came between."""
    old = Pace(rate=1, burst=1, horizon_seconds=30, max_in_flight=1, config_version=7)

    new = changed(LaneState("csv", old), replace(old, config_version=0), 0)

    assert new.pace.config_version == 8


def test_a_higher_rate_gives_back_no_burst_that_was_used():
    """Ten were used at once; of them, two were earned back in four seconds at the old rate."""
    slow = Pace(rate=0.5, burst=10, horizon_seconds=30, max_in_flight=100)
    used = LaneState("csv", slow, next_at=20 * SECOND)

    new = changed(used, replace(slow, rate=5), 4 * SECOND)

    assert new.next_at - 4 * SECOND == (10 - 2) * new.pace.interval


def test_a_larger_burst_is_earned_and_not_given():
    """A lane that rested for an hour has the ten that it saved up, not the fifty that it may from now on."""
    small = Pace(rate=1, burst=10, horizon_seconds=30, max_in_flight=100)
    now = to_microseconds(START)

    new = changed(LaneState("csv", small, now - 3600 * SECOND), replace(small, burst=50), now)

    assert new.next_at - now == (50 - 10) * SECOND


@pytest.mark.parametrize(
    ("figures", "wrong"),
    [
        ({"rate": 0.001, "burst": 1, "horizon_seconds": 1, "max_in_flight": 1}, 0),
        ({"rate": 200, "burst": 10_000, "horizon_seconds": 600, "max_in_flight": 10_000}, 0),
        ({"rate": 0.0009, "burst": 0, "horizon_seconds": 0, "max_in_flight": 0}, 4),
        ({"rate": 200.1, "burst": 10_001, "horizon_seconds": 601, "max_in_flight": 10_001}, 4),
    ],
)
def test_the_figures_of_a_pace_have_bounds(figures, wrong):
    assert len(problems(Pace(**figures))) == wrong
