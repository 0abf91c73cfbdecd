"""Additive increase, multiplicative decrease: of one rate, and of lanes that others change meanwhile."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluice.errors import ServiceBusyError
from sluice.pace.aimd import Bounds, Signals, tuned
from sluice.pace.pacing import Pace
from sluice.pace.tuning import Tuner
from tests import fakes

BOUNDS = Bounds(1, 21)
PACE = Pace(rate=10, burst=5, horizon_seconds=30, max_in_flight=100)


@pytest.mark.parametrize("sign", ["overloads", "throttles", "errors"])
def test_any_sign_of_overload_halves_the_rate_whatever_waits(sign):
    assert tuned(10, Signals(waiting=10**6, **{sign: 1}), BOUNDS) == 5


@pytest.mark.parametrize("backlog", [Signals(waiting=1), Signals(oldest=61)])
def test_a_backlog_raises_the_rate_by_a_twentieth_of_the_range(backlog):
    assert tuned(10, backlog, BOUNDS) == 11


def test_an_idle_lane_stays_as_it_is():
    assert tuned(10, Signals(oldest=59), BOUNDS) == 10


@given(
    st.floats(0.001, 200),
    st.builds(Signals, st.integers(0, 9), st.floats(0, 999), st.integers(0, 2), st.integers(0, 2)),
)
def test_a_rate_never_leaves_its_bounds(rate, signals):
    assert BOUNDS.lowest <= tuned(rate, signals, BOUNDS) <= BOUNDS.highest


class Watch:
    """What is seen of lanes, as a test says."""

    def __init__(self, **signals):
        self.seen = signals

    def signals(self, lane):
        if lane not in self.seen:
            raise ServiceBusyError("busy")
        return self.seen[lane]


def a_tuner(states, **signals):
    lanes = dict.fromkeys(("csv", "image"), BOUNDS)
    return Tuner(lanes, states, Watch(**signals), fakes.FakeJournal(), fakes.FakeClock())


def test_each_overload_slows_its_lane_down_once():
    states = fakes.FakeLaneStates(csv=PACE, image=PACE)
    states.overloaded("csv")
    tuner = a_tuner(states, csv=Signals(waiting=1), image=Signals(waiting=1))

    assert tuner.tune() == {"csv": 5, "image": 11}
    assert tuner.tune() == {"csv": 6, "image": 12}


def test_a_lane_that_cannot_be_watched_stays_and_the_others_are_tuned():
    states = fakes.FakeLaneStates(csv=PACE, image=PACE)
    tuner = a_tuner(states, image=Signals(waiting=1))

    assert tuner.tune() == {"image": 11}
    assert tuner.journal.faults == [("lane not tuned", {"lane": "csv"})]


def test_a_paused_lane_is_not_sped_up_by_its_backlog():
    states = fakes.FakeLaneStates(csv=replace(PACE, paused=True), image=PACE)

    assert a_tuner(states, csv=Signals(waiting=99), image=Signals()).tune() == {"csv": 10, "image": 10}
    assert states.read("csv").pace.config_version == 0


def test_a_change_that_somebody_made_meanwhile_is_built_upon():
    states = fakes.FakeLaneStates(csv=PACE, image=PACE)
    change, changes = states.change, iter([replace(PACE, rate=4, config_version=7)])

    def change_late(seen, to):
        for pace in changes:
            states.lanes["csv"] = replace(states.lanes["csv"], pace=pace)
        return change(seen, to)

    states.change = change_late

    assert a_tuner(states, csv=Signals(waiting=1), image=Signals()).tune()["csv"] == 5
    assert states.read("csv").pace.config_version == 8
