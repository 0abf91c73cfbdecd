"""What a session writes down of the processor time of its functions."""

import pytest

from local import processor_times
from tests.local.conftest import Trial

pytestmark = pytest.mark.e2e


def last(trial: Trial) -> processor_times.Invocation:
    *_, invocation = processor_times.read(trial.home.processor_times)
    return invocation


def test_an_invocation_that_waits_takes_no_processor_time(trial: Trial) -> None:
    """Half a second of sleep is written down as next to nothing, under the function's name."""
    trial.invoke("sleep", seconds=0.5)
    assert last(trial).processor_seconds < 0.25
    assert last(trial).function == trial.outputs["ProcessArn"].split(":")[6]


def test_an_invocation_that_computes_takes_the_time_that_it_computed(trial: Trial) -> None:
    """Three tenths of a second of computing are written down, however long they took to pass."""
    trial.invoke("compute", seconds=0.3)
    assert 0.3 <= last(trial).processor_seconds < 0.6


def test_a_fault_is_not_written_down(trial: Trial) -> None:
    """An invocation that fails leaves what was written before it as the last line."""
    trial.invoke("compute", seconds=0.01)
    before = last(trial)
    trial.invoke("corrupt")
    assert last(trial) == before
