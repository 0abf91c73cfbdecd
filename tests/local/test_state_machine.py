"""The state machine of a YAML file waits, routes, retries, catches by name and records by itself."""

import json
import time
from datetime import UTC, datetime, timedelta

import pytest

pytestmark = pytest.mark.e2e


def test_an_execution_waits_for_its_slot(trial):
    slot = datetime.now(UTC) + timedelta(seconds=1.5)

    execution = trial.execute(slot=slot.strftime("%Y-%m-%dT%H:%M:%S.%fZ"))

    assert execution["status"] == "SUCCEEDED"
    assert execution["stopDate"] >= slot - timedelta(milliseconds=1)


def test_a_function_is_looked_up_by_its_name_and_invoked_by_its_alias(trial):
    trial.upload("uploads/looked up.txt", b"123")

    execution = trial.execute(files=["f"], do="read", key="uploads/looked up.txt")

    assert json.loads(execution["output"]) == {"size": 3}


def test_a_transient_fault_is_retried_within_its_greatest_delay(trial):
    """A BackoffRate of 10 would wait 1 and 10 seconds, were MaxDelaySeconds not 1."""
    started = time.monotonic()

    execution = trial.execute(files=["f"], do="transient", name="retried")

    assert json.loads(execution["output"])["attempts"] == 3
    assert time.monotonic() - started < 11


@pytest.mark.parametrize(("do", "error"), [("corrupt", "CorruptFileError"), ("crash", "Runtime.ExitError")])
def test_a_fault_is_caught_by_its_name_kept_in_the_queue_and_recorded(trial, do, error):
    trial.put_item(file_id=f"known-{do}", status="processing")

    execution = trial.execute(files=[f"known-{do}", f"unknown-{do}"], do=do)

    assert execution["status"] == "SUCCEEDED"
    kept = [json.loads(message) for message in trial.messages("FailedFilesQueueUrl")]
    assert {message["file_id"]: message["error"] for message in kept} == {
        f"known-{do}": error,
        f"unknown-{do}": error,
    }
    assert trial.item(f"known-{do}")["status"] == {"S": "failed"}
    assert trial.item(f"unknown-{do}") == {}  # the condition held it off, and was caught


def test_a_fault_that_nothing_catches_ends_the_execution_under_its_name(trial):
    execution = trial.execute(files=["f"], do="no such thing")

    assert (execution["status"], execution["error"]) == ("FAILED", "KeyError")


def test_the_second_start_under_one_name_with_another_input_is_refused(trial):
    states = trial.client("stepfunctions")
    request = {"stateMachineArn": trial.outputs["ProcessBatchStateMachineArn"], "name": "once"}
    first = json.dumps({"slot": "2026-01-01T00:00:00Z", "files": []})
    states.start_execution(**request, input=first)

    with pytest.raises(states.exceptions.ExecutionAlreadyExists):
        states.start_execution(**request, input=first.replace("[]", '["f"]'))


def test_a_throttled_invocation_fails_under_the_name_that_is_to_be_retried(trial):
    functions = trial.client("lambda")
    name = trial.outputs["ProcessArn"].split(":")[6]
    functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    try:
        execution = trial.execute(files=["f"], do="read")
    finally:
        functions.delete_function_concurrency(FunctionName=name)

    assert execution["error"] == "Lambda.TooManyRequestsException"
