"""The nested template of a container image keeps the house rules, and fits the template that nests it."""

import pytest

from tests.template import house_rules, linting
from tests.template.cloudformation import ROOT, Template, read_yaml
from tests.template.stack import Stack

GIVEN = {
    "ImageUri": "111122223333.dkr.ecr.eu-central-1.amazonaws.com/inspect-file:1.0.0",
    "InboxArn": "arn:aws:s3:::inbox",
    "LogGroupName": "/sluice/x/custom-processor",
}
ALARMED = {"AlarmTopicArn": "arn:aws:sns:eu-central-1:111122223333:alarms"}


@pytest.fixture
def nested() -> Template:
    return read_yaml(ROOT / "templates/container_processor.yaml")


@pytest.mark.parametrize("rule", house_rules.RULES, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("more", [{}, ALARMED], ids=["without alarms' topic", "with it"])
def test_it_keeps_each_rule(rule: house_rules.Rule, more: dict, nested: Template) -> None:
    assert [] == list(rule(Stack.of(nested, GIVEN | more)))


def test_linters_find_nothing_in_it(nested: Template) -> None:
    """As written, and transformed."""
    assert [] == linting.findings(nested)
    transformed = linting.findings(Stack.of(nested, GIVEN).transformed)
    # SAM puts the parameter's value in its place, so that the transformed template no longer refers to it.
    assert [] == [found for found in transformed if found.place != "Parameters/ImageUri"]


def test_it_is_given_each_parameter_that_has_no_default_and_none_that_it_has_not(
    nested: Template, source: Template
) -> None:
    given = source["Resources"]["ContainerProcessor"]["Properties"]["Parameters"].keys()
    required = {name for name, parameter in nested["Parameters"].items() if "Default" not in parameter}

    assert required <= given <= nested["Parameters"].keys()


def test_its_role_reads_the_inbox_and_writes_nothing_but_logs_and_traces(nested: Template) -> None:
    [role] = Stack.of(nested, GIVEN).of_type("AWS::IAM::Role").values()
    statements = role["Policies"][0]["PolicyDocument"]["Statement"]
    actions = {action for statement in statements for action in statement["Action"]}

    assert {action for action in actions if action.startswith("s3:")} == {
        "s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket", "s3:ListBucketVersions",
    }  # fmt: skip
    assert {action.split(":")[0] for action in actions} == {"s3", "logs", "xray"}


@pytest.mark.parametrize(
    ("parameters", "invoked"),
    [
        ({}, set()),
        ({"CustomProcessorArn": "arn:aws:lambda:eu-central-1:111122223333:function:f:live"}, {"arn"}),
        ({"CustomProcessorImageUri": GIVEN["ImageUri"]}, {"nested"}),
    ],
)
def test_only_what_a_parameter_names_may_be_invoked(parameters: dict, invoked: set, source: Template) -> None:
    role = Stack.of(source, parameters).of_type("AWS::IAM::Role")["CallProcessorRole"]
    granted = {
        "arn" if isinstance(statement["Resource"], str) else "nested"
        for statement in role["Policies"][0]["PolicyDocument"]["Statement"]
        if statement["Action"] == "lambda:InvokeFunction"
    }

    assert granted == invoked
