"""call_processor: a batch in, a request for each file, and what the team's function answers."""

import pytest

from sluice.errors import ProcessorFailedError, UnexpectedAnswerError
from tests.functions.conftest import event_of

EVENT = "call_processor_one_file"


@pytest.fixture
def claimed(world):
    event = event_of(EVENT)
    world.claim(event)
    return event


def test_the_function_is_asked_about_the_file_with_bucket_and_key_and_the_options_of_the_rule(world, claimed):
    world.invoke("call_processor", claimed)

    [request] = world.remote.requests
    assert request["s3_details"]["bucket"] == "sluice-inbox"
    assert request["s3_details"]["key"] == "contracts/Müller + Söhne.pdf"
    assert request["s3_details"]["file_id"]
    assert request["correlation_id"] == claimed["files"][0]["correlation_id"]
    assert (request["rule"], request["options"]) == ({"id": "contracts", "version": 3}, {"language": "de"})


def test_what_it_answers_is_recorded(world, claimed):
    left = world.invoke("call_processor", claimed)

    [(_, outcome)] = world.catalogue.recorded
    assert left["files"] == []
    assert (outcome.status, outcome.facts) == ("success", {"custom": {"pages": 3}})


def test_an_error_is_recorded_with_its_sentence(world, claimed):
    world.remote.answer = {"status": "error", "error_message": "Page 3 is missing."}

    world.invoke("call_processor", claimed)

    [(_, outcome)] = world.catalogue.recorded
    assert (outcome.status, outcome.error_message) == ("error", "Page 3 is missing.")


@pytest.mark.parametrize("answer", [None, [], "ok", {"status": "done"}])
def test_an_answer_outside_the_contract_is_a_fault_and_records_nothing(world, claimed, answer):
    world.remote.answer = answer

    with pytest.raises(UnexpectedAnswerError):
        world.invoke("call_processor", claimed)
    assert world.catalogue.recorded == []


def test_a_function_that_fails_is_a_fault_that_the_state_machine_retries(world, claimed):
    world.remote.fails = ProcessorFailedError("it ran out of memory")

    with pytest.raises(ProcessorFailedError):
        world.invoke("call_processor", claimed)
    assert world.catalogue.recorded == []
