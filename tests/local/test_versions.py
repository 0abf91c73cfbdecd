"""Versions and aliases route as on AWS, and what each version does is counted by itself."""

import json
from collections import Counter
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from tests.local.conftest import ended
from tests.local.waiting import eventually

pytestmark = pytest.mark.e2e

HALF = 40  # invocations: that all of them meet one of two versions happens once in 2 ** 39


@pytest.fixture
def two_versions(trial):
    """The processor with another version behind its alias, which gets half of the invocations."""
    functions, name = trial.client("lambda"), trial.outputs["ProcessArn"].split(":")[6]
    functions.update_function_configuration(FunctionName=name, Description="another")
    new = functions.publish_version(FunctionName=name)["Version"]
    old = functions.get_alias(FunctionName=name, Name="live")["FunctionVersion"]
    weights = {"AdditionalVersionWeights": {new: 0.5}}
    functions.update_alias(FunctionName=name, Name="live", FunctionVersion=old, RoutingConfig=weights)
    yield name, old, new
    none = {"AdditionalVersionWeights": {}}
    functions.update_alias(FunctionName=name, Name="live", FunctionVersion=old, RoutingConfig=none)


def counted(trial, name, version):
    dimensions = {"FunctionName": name, "Resource": f"{name}:live", "ExecutedVersion": version}
    points = trial.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/Lambda",
        MetricName="Invocations",
        Dimensions=[{"Name": key, "Value": value} for key, value in dimensions.items()],
        StartTime=datetime.now(UTC) - timedelta(minutes=10),
        EndTime=datetime.now(UTC) + timedelta(minutes=1),
        Period=60,
        Statistics=["Sum"],
    )["Datapoints"]
    return sum(point["Sum"] for point in points)


def test_an_alias_with_weights_shares_its_invocations_out_and_each_version_is_counted(trial, two_versions):
    name, old, new = two_versions
    met = Counter(
        trial.invoke("environment")["variables"]["AWS_LAMBDA_FUNCTION_VERSION"] for _ in range(HALF)
    )
    assert met.keys() == {old, new}
    assert counted(trial, name, old) >= met[old]
    assert counted(trial, name, new) == met[new]


def test_a_version_that_is_named_is_the_one_that_runs(trial, two_versions):
    name, old, new = two_versions
    for version in (old, new):
        answer = trial.client("lambda").invoke(
            FunctionName=name, Qualifier=version, Payload=b'{"do": "environment"}'
        )
        variables = json.loads(answer["Payload"].read())["variables"]
        assert variables["AWS_LAMBDA_FUNCTION_VERSION"] == version


@contextmanager
def a_machine(states, role):
    arn = states.create_state_machine(name="versioned", definition=saying("one"), roleArn=role)[
        "stateMachineArn"
    ]
    try:
        yield arn
    finally:
        states.delete_state_machine(stateMachineArn=arn)


def saying(word):
    return json.dumps({"StartAt": "Say", "States": {"Say": {"Type": "Pass", "Result": word, "End": True}}})


def said(states, arn):
    execution = states.start_execution(stateMachineArn=arn)["executionArn"]
    return eventually(lambda: ended(states.describe_execution(executionArn=execution)))


def test_an_execution_runs_the_version_that_was_started_whatever_the_newest_definition_is(trial):
    states = trial.client("stepfunctions")
    other = trial.outputs["ProcessBatchStateMachineArn"]
    with a_machine(states, states.describe_state_machine(stateMachineArn=other)["roleArn"]) as arn:
        first = states.publish_state_machine_version(stateMachineArn=arn)["stateMachineVersionArn"]
        states.update_state_machine(stateMachineArn=arn, definition=saying("two"))
        second = states.publish_state_machine_version(stateMachineArn=arn)["stateMachineVersionArn"]
        routing = [{"stateMachineVersionArn": first, "weight": 100}]
        alias = states.create_state_machine_alias(name="live", routingConfiguration=routing)[
            "stateMachineAliasArn"
        ]
        try:
            assert [said(states, each)["output"] for each in (first, second, arn)] == [
                '"one"',
                '"two"',
                '"two"',
            ]
            by_alias = said(states, alias)
            assert by_alias["output"] == '"one"'
            assert (by_alias["stateMachineVersionArn"], by_alias["stateMachineAliasArn"]) == (first, alias)
            assert by_alias["stateMachineArn"] == arn
        finally:
            states.delete_state_machine_alias(stateMachineAliasArn=alias)
