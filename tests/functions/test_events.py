"""Every event in events/ is one that its function takes."""

import pytest

from sluice.errors import UnexpectedEventError
from tests.functions.conftest import EVENTS, FUNCTIONS, event_of

NAMES = sorted(path.stem for path in EVENTS.glob("*.json"))


def _function(name):
    return next(function for function in FUNCTIONS if name.startswith(f"{function}_"))


@pytest.mark.parametrize("function", FUNCTIONS)
def test_each_function_has_an_event(function):
    assert function in map(_function, NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_an_event_is_taken_without_a_fault(world, name, capsys):
    event = event_of(name)
    if "files" in event:
        world.claim(event)

    world.invoke(_function(name), event)

    assert "Faults" not in capsys.readouterr().out


@pytest.mark.parametrize("function", [name for name in FUNCTIONS if name != "rules_api"])
@pytest.mark.parametrize("event", [{}, {"Records": [{}]}, {"processor": "x", "files": [{}]}])
def test_an_event_of_another_shape_is_refused_by_name(world, function, event):
    with pytest.raises(UnexpectedEventError):
        world.invoke(function, event)
