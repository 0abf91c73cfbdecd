"""A function runs as on AWS: its faults have names, its process is its own, its role is enforced."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.local.waiting import eventually

pytestmark = pytest.mark.e2e


def test_an_exception_keeps_its_class_name_and_message(trial):
    fault = trial.invoke("corrupt")

    assert fault["errorType"] == "CorruptFileError"
    assert fault["errorMessage"] == "broken at byte 7"
    assert "handler.py" in "".join(fault["stackTrace"])


def test_an_exception_does_not_end_the_process(trial):
    trial.invoke("transient", name="survives")
    trial.invoke("transient", name="survives")

    assert trial.invoke("transient", name="survives")["attempts"] == 3


def test_a_process_that_ends_is_an_exit_error_and_the_next_invocation_has_a_new_one(trial):
    assert trial.invoke("crash")["errorType"] == "Runtime.ExitError"
    assert "pid" in trial.invoke("sleep", seconds=0)


def test_a_function_that_hangs_is_stopped_at_its_timeout(trial):
    name = trial.outputs["ProcessArn"].split(":")[6]
    started = time.monotonic()
    trial.client("lambda").update_function_configuration(FunctionName=name, Timeout=1)
    answer = trial.client("lambda").invoke(FunctionName=name, Payload=b'{"do": "hang"}')

    assert "Task timed out" in answer["Payload"].read().decode()
    assert time.monotonic() - started < 60  # it would hang for ten minutes


def test_a_role_allows_what_its_policy_says_and_nothing_else(trial):
    trial.upload("uploads/readable.txt", b"12345")

    assert trial.invoke("read", key="uploads/readable.txt") == {"size": 5}
    assert trial.invoke("denied") == {"code": "AccessDenied"}


def test_a_function_sees_its_own_variables_and_nothing_of_this_machine_or_the_emulator(trial):
    variables = trial.invoke("environment")["variables"]

    assert variables["GREETING"] == "hello"
    assert variables["AWS_LAMBDA_FUNCTION_NAME"]
    assert variables["AWS_ENDPOINT_URL"] == trial.endpoint.url
    assert variables["HOME"] == variables["TMPDIR"] == str(trial.home.temporary)
    assert not variables.keys() & {
        "AWS_PROFILE",
        "AUTH",
        "BIND_HOST",
        "GATEWAY_PORT",
        "VIRTUAL_ENV",
        "USER",
        "PWD",
    }


def test_a_layer_with_a_native_module_is_built_for_the_interpreter_that_runs_it(trial):
    assert "/python/markupsafe/_speedups." in trial.invoke("native")["file"]


def test_a_burst_is_served_by_few_processes(trial):
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: trial.invoke("sleep", seconds=0.05), range(40)))

    assert len({answer["pid"] for answer in answers}) <= 10


def test_functions_that_invoke_each_other_get_past_each_other(trial):
    """Each of 12 waits for one of its own kind, on a machine that runs fewer at once."""
    arn = trial.outputs["ProcessArn"]
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda _: trial.invoke("nested", function=arn, seconds=0.2), range(12)))

    assert answers == [{"status": 200}] * 12


def test_what_a_function_prints_is_in_its_own_log_group(trial):
    trial.upload("uploads/printed.csv")

    assert eventually(lambda: _logged(trial, trial.outputs["DispatchLogGroup"], "uploads/printed.csv"))


def test_a_metric_in_the_log_arrives_in_cloudwatch(trial):
    trial.invoke("metric")

    [metric] = eventually(lambda: trial.client("cloudwatch").list_metrics(Namespace="Trial")["Metrics"])
    assert metric["MetricName"] == "ProcessedFiles"
    assert metric["Dimensions"] == [{"Name": "service", "Value": "trial"}]


def _logged(trial, group, text):
    events = trial.client("logs").filter_log_events(logGroupName=group)["events"]
    return [event for event in events if text in event["message"]]
