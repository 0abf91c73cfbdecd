"""With a bucket of the user's own, nothing refers to one that the stack would have made."""

from typing import Any

import pytest

from tests.template import linting
from tests.template.cloudformation import Template, targets
from tests.template.stack import PSEUDO_PARAMETERS, Stack

BUCKET = "arrivals-of-years"


@pytest.fixture(scope="module")
def attached(written: Template) -> Stack:
    return Stack.of(written, {"ExistingInbox": BUCKET})


def mentions(value: Any) -> list[str]:
    """Yield every text in *value* that names the bucket."""
    if isinstance(value, dict):
        return [text for item in value.values() for text in mentions(item)]
    if isinstance(value, list):
        return [text for item in value for text in mentions(item)]
    return [value] if isinstance(value, str) and BUCKET in value else []


def test_no_bucket_is_made_and_none_of_the_stack_is_referred_to(attached: Stack) -> None:
    """Neither by what CloudFormation resolves nor by an output."""
    there = attached.resolved["Resources"].keys() | attached.transformed["Parameters"].keys()
    assert "Inbox" not in there
    for name, resource in attached.resolved["Resources"].items():
        wanted = {aim for aim in targets(resource) if "::" not in aim}
        assert wanted <= there | PSEUDO_PARAMETERS.keys(), name


def test_the_rules_listen_to_it_and_the_output_names_it(attached: Stack) -> None:
    """Each rule that listens to a bucket."""
    rules = attached.of_type("AWS::Events::Rule").values()
    buckets = [rule["EventPattern"]["detail"]["bucket"]["name"] for rule in rules if "bucket" in str(rule)]

    assert buckets
    assert all(names == [BUCKET] for names in buckets)
    output = attached.transformed["Outputs"]["InboxBucketName"]["Value"]
    assert output["Fn::If"][0] == "CreatesInbox"


def test_every_function_that_reads_files_is_told_its_name_and_may_read_it(attached: Stack) -> None:
    """By its variable, and by the policies of its role."""
    assert mentions(attached.of_type("AWS::Lambda::Function"))
    assert mentions(attached.of_type("AWS::IAM::Role"))


def test_the_template_with_it_has_no_findings(attached: Stack) -> None:
    """As CloudFormation would see it."""
    assert [] == linting.findings(attached.transformed)
