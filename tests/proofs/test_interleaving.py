"""Dispatchers and processors that switch at every call of a port keep to rate, slots and files in flight."""

import time
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.proofs import tally
from tests.proofs.crowd import Crowd
from tests.proofs.faults import Fault
from tests.proofs.test_conservation import ARRIVALS, PACES, check

FAULTS = st.lists(st.builds(Fault, st.integers(1, 400), st.booleans(), st.booleans()), max_size=6)
QUIETLY = settings(
    max_examples=tally.cases(60, 3000), deadline=None, suppress_health_check=list(HealthCheck)
)


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
