"""The view of the template on which all checks rest is what CloudFormation would make of it."""

from typing import Any

import pytest

from tests.template.cloudformation import Template, targets
from tests.template.stack import Stack

PARAMETERS = {"Stage": {"Type": "String", "Default": "dev"}, "Days": {"Type": "Number", "Default": 7}}
CONDITIONS = {
    "IsProduction": {"Fn::Equals": [{"Ref": "Stage"}, "production"]},
    "IsNot": {"Fn::Not": [{"Condition": "IsProduction"}]},
    "IsEither": {"Fn::Or": [{"Condition": "IsProduction"}, {"Condition": "IsNot"}]},
    "IsBoth": {"Fn::And": [{"Condition": "IsProduction"}, {"Condition": "IsNot"}]},
}


def template(**properties: Any) -> Template:
    """Return a template with one queue of these properties."""
    return {
        "Transform": "AWS::Serverless-2016-10-31",
        "Parameters": PARAMETERS,
        "Mappings": {"Sizes": {"dev": {"Memory": 256}, "production": {"Memory": 1024}}},
        "Conditions": CONDITIONS,
        "Resources": {"Queue": {"Type": "AWS::SQS::Queue", "Properties": properties}},
    }


def resolved(value: Any, **parameters: str) -> Any:
    """Return what *value* is in a stack with these parameters."""
    return Stack.of(template(Value=value), parameters).of_type("AWS::SQS::Queue")["Queue"].get("Value")


@pytest.mark.parametrize(
    ("value", "in_dev", "in_production"),
    [
        ({"Ref": "Stage"}, "dev", "production"),
        ({"Ref": "Days"}, 7, 90),
        ({"Ref": "AWS::Region"}, "eu-central-1", "eu-central-1"),
        ({"Fn::FindInMap": ["Sizes", {"Ref": "Stage"}, "Memory"]}, 256, 1024),
        ({"Fn::If": ["IsProduction", "yes", {"Ref": "AWS::NoValue"}]}, None, "yes"),
        ({"Fn::If": ["IsNot", "yes", "no"]}, "yes", "no"),
        ({"Fn::If": ["IsEither", "yes", "no"]}, "yes", "yes"),
        ({"Fn::If": ["IsBoth", "yes", "no"]}, "no", "no"),
        ([{"Ref": "AWS::NoValue"}, {"Ref": "Days"}], [7], [90]),
        (
            {"Fn::GetAtt": ["Other", "Arn"]},
            {"Fn::GetAtt": ["Other", "Arn"]},
            {"Fn::GetAtt": ["Other", "Arn"]},
        ),
    ],
)
def test_what_depends_on_parameters_alone_is_known(value: Any, in_dev: Any, in_production: Any) -> None:
    """References to resources stand as they are."""
    assert [in_dev, in_production] == [resolved(value), resolved(value, Stage="production", Days="90")]


def test_a_resource_whose_condition_is_false_is_not_there() -> None:
    """Rules must not judge what will not be deployed."""
    source = template()
    source["Resources"]["Queue"]["Condition"] = "IsProduction"

    assert [0, 1] == [
        len(Stack.of(source, {"Stage": stage}).of_type("AWS::SQS::Queue")) for stage in ("dev", "production")
    ]


def test_code_on_the_local_disk_needs_no_upload() -> None:
    """Local folders become placeholders, so that the check runs offline and without credentials."""
    source = template()
    function = {
        "CodeUri": "functions/one/",
        "Handler": "handler.f",
        "Runtime": "python3.13",
        "Role": "arn:aws:iam::1:role/r",
    }
    source["Resources"]["One"] = {"Type": "AWS::Serverless::Function", "Properties": function}

    (code,) = [one["Code"] for one in Stack.of(source, {}).of_type("AWS::Lambda::Function").values()]
    assert code["S3Bucket"] == "artifacts"


def test_a_parameter_that_the_template_does_not_have_is_refused() -> None:
    """samconfig.toml may not name one."""
    with pytest.raises(KeyError, match="NoSuch"):
        Stack.of(template(), {"NoSuch": "1"})


def test_references_are_found_at_any_depth() -> None:
    """In lists, joins and substitutions, but not the names that a substitution brings itself."""
    value = {
        "Fn::Join": [
            "",
            [
                {"Ref": "One"},
                {"Fn::GetAtt": ["Two", "Arn"]},
                {"Fn::Sub": ["${Three.Arn}${own}${!no}", {"own": {"Ref": "Four"}}]},
            ],
        ]
    }

    assert ["One", "Two", "Four", "Three"] == list(targets(value))
