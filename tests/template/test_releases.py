"""What publishes a new version of every function, and whether the gate can see it in time."""

import copy
import re
from typing import Any

import pytest

from tests.template.cloudformation import Template, parameters_of
from tests.template.stack import Stack

PRODUCTION = parameters_of("production")
MINUTES = re.compile(r"Canary10Percent(\d+)Minutes|Linear10PercentEvery(\d)Minutes?")
DELAY = 60  # seconds from an invocation's end to its datapoint, and to the alarm's look at it


def versions(source: Template, **parameters: str) -> dict[str, str]:
    """Return the logical id of each function's version."""
    stack = Stack.of(source, PRODUCTION | parameters)
    return {
        version["FunctionName"]["Ref"]: name
        for name, version in stack.of_type("AWS::Lambda::Version").items()
    }


def test_a_changed_layer_publishes_every_function(written: Template) -> None:
    """Nearly all code is in the layer: without this, a release of it would never reach `live`."""
    changed = copy.deepcopy(written)
    changed["Resources"]["CoreLayer"]["Properties"]["Description"] = "changed"
    before, after = versions(written), versions(changed)

    assert before.keys() == after.keys()
    assert {name for name in before if before[name] == after[name]} == set()


def test_a_changed_property_publishes_the_function(written: Template) -> None:
    """Also one that SAM passes over by default, such as the timeout."""
    changed = copy.deepcopy(written)
    changed["Resources"]["NotifyFunction"]["Properties"]["Timeout"] = 29
    before, after = versions(written), versions(changed)

    assert {name for name in before if before[name] != after[name]} == {"NotifyFunction"}


DESCRIPTION = (
    256  # characters of a version's: https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html
)


def text_of(value: Any, values: dict[str, str]) -> Any:
    """Return what a description is once parameters have *values*."""
    if not isinstance(value, dict):
        return value
    ((function, given),) = value.items()
    if function == "Fn::Sub":
        text, more = given if isinstance(given, list) else (given, {})
        return re.sub(r"\$\{([\w.]+)\}", lambda name: (values | more)[name[1]], text)
    first, rest = (text_of(part, values) for part in given)
    if function == "Fn::Split":
        return rest.split(first)
    if function == "Fn::Select":
        return rest[int(first)]
    return rest if isinstance(rest, str) else first.join(text_of(part, values) for part in rest)


def test_descriptions_fit_with_the_longest_values_and_every_option(written: Template) -> None:
    """Lambda refuses longer ones, and only when they are deployed."""
    longest = {
        "LogLevel": "WARNING",
        "Architecture": "x86_64",
        "ExistingInbox": "b" * 63,
        "SubnetIds": ",".join(["subnet-0a1b2c3d4e5f60718"] * 6),
        "SecurityGroupIds": "sg-0a1b2c3d4e5f60718",
        "ExtensionLayerArn": "arn:aws:lambda:eu-central-1:464622532012:layer:Agent:1234",
        "SecondExtensionLayerArn": "arn:aws:lambda:eu-central-1:464622532012:layer:Agent-Python:5678",
        "MalwareScanRoleArn": "arn:aws:iam::123456789012:role/malware-scans",
        "DigestSchedule": "cron(5 0,6,12,18 ? JAN-DEC MON-FRI *)",
    }
    numbers = {
        name: str(parameter.get("MaxValue", 999_999))
        for name, parameter in written["Parameters"].items()
        if parameter["Type"] == "Number" and "AllowedValues" not in parameter
    }
    defaults = {name: str(parameter.get("Default")) for name, parameter in written["Parameters"].items()}
    with_all, with_none = PRODUCTION | numbers | longest, PRODUCTION

    for given, longer in ((with_all, True), (with_none, False)):
        stack, values = Stack.of(written, given), defaults | given
        options = text_of(stack.of_type("AWS::SSM::Parameter")["FunctionOptions"]["Value"], values)
        for name, version in stack.of_type("AWS::Lambda::Version").items():
            found = text_of(version["Description"], values | {"FunctionOptions.Value": options})
            assert len(found) <= DESCRIPTION, name
            assert ("subnet-0a1b2c3d4e5f60718 sg-0a1b2c3d4e5f60718 1234 5678" in found) is longer, name


@pytest.mark.parametrize("shift", ["Canary10Percent5Minutes", "Canary10Percent10Minutes"])
def test_gating_alarms_look_as_far_as_a_slow_invocation_takes_and_fit_into_the_canary(
    written: Template, shift: str
) -> None:
    """A datapoint bears the time at which its invocation began."""
    stack = Stack.of(written, PRODUCTION | {"ReleaseShift": shift})
    window = int(next(filter(None, MINUTES.match(shift).groups()))) * 60
    functions = stack.of_type("AWS::Lambda::Function")
    for name, alarm in stack.of_type("AWS::CloudWatch::Alarm").items():
        if not name.endswith("VersionDuration"):
            continue
        slow = int(alarm["Threshold"]) / 1000
        assert alarm["Period"] * alarm["EvaluationPeriods"] >= slow + DELAY, name
        assert slow + DELAY < window, name
        assert slow < functions[name.replace("VersionDuration", "Function")]["Timeout"], name
        assert alarm["DatapointsToAlarm"] == 1, name


def test_what_starts_a_state_machine_starts_its_alias(written: Template) -> None:
    """Who starts the machine itself runs a definition that nothing has checked."""
    stack = Stack.of(written, PRODUCTION)
    resources = stack.resolved["Resources"]
    machines = {name for name in resources if resources[name]["Type"] == "AWS::StepFunctions::StateMachine"}
    dispatch = stack.of_type("AWS::Lambda::Function")["DispatchFunction"]["Environment"]["Variables"]
    targets = [
        target["Arn"]
        for rule in stack.of_type("AWS::Events::Rule").values()
        for target in rule["Targets"]
        if target["Arn"].get("Ref") in resources
    ]

    assert dispatch["STATE_MACHINE_ARN"] == {"Ref": "ProcessBatchAlias"}
    assert not [arn for arn in targets if arn.get("Ref") in machines]
    assert {"Ref": "BackfillAlias"} in targets


@pytest.mark.parametrize("name", ["ProcessBatch", "Backfill"])
def test_an_alias_moves_to_the_version_that_was_checked(written: Template, name: str) -> None:
    """The version comes out of the check, and the check out of the version of the newest revision."""
    resources = Stack.of(written, PRODUCTION).resolved["Resources"]
    alias = resources[f"{name}Alias"]["Properties"]["DeploymentPreference"]
    check, version = resources[f"{name}Check"]["Properties"], resources[f"{name}Version"]

    assert alias["StateMachineVersionArn"] == {"Fn::GetAtt": [f"{name}Check", "Version"]}
    assert check["Version"] == {"Ref": f"{name}Version"}
    assert version["Properties"]["StateMachineRevisionId"] == {
        "Fn::GetAtt": [f"{name}StateMachine", "StateMachineRevisionId"]
    }
    assert version["DeletionPolicy"] == version["UpdateReplacePolicy"] == "Retain"


@pytest.mark.parametrize(
    ("parameters", "preference"),
    [
        ({"Stage": "dev"}, {"Type": "ALL_AT_ONCE"}),
        ({"Stage": "staging", "ReleaseShift": "AllAtOnce"}, {"Type": "ALL_AT_ONCE"}),
        (
            {"Stage": "production", "ReleaseShift": "Canary10Percent10Minutes"},
            {
                "Type": "CANARY",
                "Percentage": 10,
                "Interval": 10,
                "Alarms": [{"Ref": "ProcessBatchFailures"}],
            },
        ),
        (
            {"Stage": "production", "ReleaseShift": "Linear10PercentEvery2Minutes"},
            {
                "Type": "LINEAR",
                "Percentage": 10,
                "Interval": 2,
                "Alarms": [{"Ref": "ProcessBatchFailures"}],
            },
        ),
    ],
)
def test_executions_shift_as_the_stage_s_functions_do(
    written: Template, parameters: dict[str, str], preference: Template
) -> None:
    """In the words of Step Functions."""
    resources = Stack.of(written, PRODUCTION | parameters).resolved["Resources"]
    found = dict(resources["ProcessBatchAlias"]["Properties"]["DeploymentPreference"])
    del found["StateMachineVersionArn"]

    assert found == preference
