"""No state machine tries for ever: each retry says how often, and what is never mended is not tried again."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.template.cloudformation import Template
from tests.template.state_machines import definition_of, machines, states

HOPELESS = {"MisconfiguredError", "UnexpectedEventError"}


def retries(definition: Template) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every retry with the name of its state."""
    for name, state in states(definition):
        yield from ((name, retry) for retry in state.get("Retry", []))


def unbounded(definition: Template) -> Iterator[str]:
    """Yield a sentence for each retry that does not say how often."""
    yield from (
        f"{name} retries {retry['ErrorEquals']} by default"
        for name, retry in retries(definition)
        if "MaxAttempts" not in retry
    )


def hopeless(definition: Template) -> Iterator[str]:
    """Yield a sentence for each retry of what no retry mends."""
    for name, retry in retries(definition):
        if HOPELESS & set(retry["ErrorEquals"]) and retry["MaxAttempts"] > 0:
            yield f"{name} retries {retry['ErrorEquals']}"


@pytest.fixture(params=["ProcessBatchStateMachine", "BackfillStateMachine"])
def definition(request: pytest.FixtureRequest, written: Template) -> Template:
    return definition_of(machines(written)[request.param])


def test_every_retry_says_how_often(definition: Template) -> None:
    """The default of three attempts is nobody's decision."""
    assert [] == list(unbounded(definition))


def test_nothing_that_no_retry_mends_is_tried_again(definition: Template) -> None:
    """A wrong setting stays wrong, and each attempt costs."""
    assert [] == list(hopeless(definition))


def test_a_retry_without_a_number_and_one_of_a_lost_cause_are_found() -> None:
    """Both in states at any depth."""
    retry = [{"ErrorEquals": ["MisconfiguredError"]}]
    retry += [{"ErrorEquals": ["UnexpectedEventError"], "MaxAttempts": 1}]
    task = {"Type": "Task", "Retry": retry}
    definition = {"States": {"Map": {"Type": "Map", "ItemProcessor": {"States": {"Task": task}}}}}

    assert ["Task retries ['MisconfiguredError'] by default"] == list(unbounded(definition))
    del retry[0]
    assert ["Task retries ['UnexpectedEventError']"] == list(hopeless(definition))
