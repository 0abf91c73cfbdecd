"""cfn-lint and SAM find nothing in the template, as written and as CloudFormation sees it."""

import copy
import os
import subprocess

import pytest

from tests.template import linting, seeding
from tests.template.cloudformation import ROOT, Template
from tests.template.seeding import FUNCTION, QUEUE
from tests.template.stack import PSEUDO_PARAMETERS, Stack


@pytest.fixture(scope="session")
def written_findings(written: Template) -> list[linting.Finding]:
    """Everything that the linter finds in the template as written."""
    return list(linting.all_findings(written))


@pytest.fixture(scope="session")
def findings(stack: Stack) -> list[linting.Finding]:
    """Everything that it finds in the transformed template of one environment."""
    return list(linting.all_findings(stack.transformed))


def test_the_template_as_written_has_no_findings(written_findings: list[linting.Finding]) -> None:
    """Errors and warnings both count."""
    assert [] == linting.unaccepted(written_findings)


def test_the_transformed_template_has_no_findings(findings: list[linting.Finding]) -> None:
    """With each environment's parameters; this sees policies and cycles that the raw form hides."""
    assert [] == linting.unaccepted(findings)


def test_sam_validates_the_template() -> None:
    """The command that people type, with the linter that SAM brings; without credentials."""
    environment = os.environ | {
        "AWS_DEFAULT_REGION": PSEUDO_PARAMETERS["AWS::Region"],
        "AWS_EC2_METADATA_DISABLED": "true",
        "SAM_CLI_TELEMETRY": "0",
    }
    done = subprocess.run(
        [ROOT / ".venv-sam/bin/sam", "validate", "--lint"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("accepted", linting.ACCEPTED, ids=lambda accepted: accepted.rule)
def test_every_accepted_finding_still_occurs(
    accepted: linting.Accepted, written_findings: list[linting.Finding], findings: list[linting.Finding]
) -> None:
    """An exception that nothing needs any more would hide the next true finding."""
    assert accepted.reason
    assert any(accepted.covers(finding) for finding in [*written_findings, *findings])


def refer_to_nothing(source: Template) -> None:
    seeding.properties(source, QUEUE)["KmsMasterKeyId"] = {"Ref": "NoSuchKey"}


def misspell_a_property(source: Template) -> None:
    seeding.properties(source, QUEUE)["VisibilityTimeOut"] = 30


OF_THE_WRITTEN = {"E1020": refer_to_nothing, "E3002": misspell_a_property}


@pytest.fixture(scope="module")
def written_faults(written: Template) -> set[str]:
    """The rules that find something in the template as written, with every fault in it at once."""
    source = copy.deepcopy(written)
    for seed in OF_THE_WRITTEN.values():
        seed(source)
    return {finding.rule for finding in linting.findings(source)}


@pytest.mark.parametrize("rule", OF_THE_WRITTEN)
def test_the_linter_finds_faults_in_the_template_as_written(rule: str, written_faults: set[str]) -> None:
    """A dangling reference and a misspelt property."""
    assert rule in written_faults


def misspell_an_action(source: Template) -> None:
    seeding.statement(seeding.function_role(source))["Action"] = ["logs:PutLogEvent"]


def break_a_policy(source: Template) -> None:
    seeding.statement(seeding.function_role(source))["Effect"] = "Permit"


def close_a_circle(source: Template) -> None:
    """An alarm that names the alias which it gates."""
    name = seeding.of_type(source, FUNCTION)[0]
    source["Resources"]["Gate"] = {
        "Type": "AWS::CloudWatch::Alarm",
        "Properties": {
            "ComparisonOperator": "GreaterThanThreshold",
            "EvaluationPeriods": 1,
            "MetricName": "Errors",
            "Namespace": "AWS/Lambda",
            "Period": 60,
            "Statistic": "Sum",
            "Threshold": 0,
            "Dimensions": [{"Name": "Resource", "Value": {"Ref": f"{name}.Alias"}}],
        },
    }
    preference = {"Type": "Canary10Percent5Minutes", "Alarms": [{"Ref": "Gate"}]}
    source["Resources"][name]["Properties"]["DeploymentPreference"] = preference


def choose_a_value_that_is_not_allowed(source: Template) -> None:
    source["Parameters"]["Stage"]["AllowedValues"] = ["dev"]


OF_THE_TRANSFORMED = {
    "W3037": misspell_an_action,
    "E3510": break_a_policy,
    "E3004": close_a_circle,
    "E2015": choose_a_value_that_is_not_allowed,
}


@pytest.fixture(scope="module")
def transformed_faults(written: Template) -> set[str]:
    """The rules that find something in the transformed template, with every fault in it at once."""
    source = copy.deepcopy(written)
    for seed in OF_THE_TRANSFORMED.values():
        seed(source)
    return {finding.rule for finding in linting.findings(seeding.in_production(source).transformed)}


@pytest.mark.parametrize("rule", OF_THE_TRANSFORMED)
def test_the_linter_finds_faults_in_the_transformed_template(rule: str, transformed_faults: set[str]) -> None:
    """Faults that the linter of the written template is silent about."""
    assert rule in transformed_faults
