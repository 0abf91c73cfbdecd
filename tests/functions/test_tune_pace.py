"""tune_pace: a schedule in, the rates of the lanes out."""

from sluice.pace.aimd import Bounds, Signals
from sluice.pace.tuning import Tuner
from tests import fakes


class Watch:
    """Sees a backlog everywhere."""

    def signals(self, lane):  # noqa: ARG002  the port passes it
        return Signals(waiting=5)


def test_each_lane_is_tuned_within_the_bounds_of_the_template(world, monkeypatch):
    states = fakes.FakeLaneStates()

    def tuner(settings):
        bounds = Bounds(settings.lowest_rate, settings.highest_rate)
        lanes = dict.fromkeys(settings.lanes, bounds)
        return Tuner(lanes, states, Watch(), fakes.FakeJournal(), world.clock)

    monkeypatch.setattr(world.handlers["tune_pace"].wiring, "tuner", tuner)

    assert world.invoke("tune_pace", "tune_pace_minutely") == {"csv": 100, "image": 100, "other": 100}
