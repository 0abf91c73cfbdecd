"""What the workflows do in the account is what their roles are granted, no less and no more."""

from collections.abc import Iterable

import pytest

from tests.privileges.grants import Use, denied, idle
from tests.template.bootstrap import STAGES, account
from tests.template.names import ACCOUNT, REGION, Names

HERE = f"{REGION}:{ACCOUNT}"
ARTIFACTS = "arn:aws:s3:::sluice-bootstrap-artifacts-1a2b3c4d5e6f"


def names_of(role: str) -> Names:
    """Return the bootstrap with one role of it, all names filled."""
    template = account()
    return Names({**template, "Resources": {role: template["Resources"][role]}}, "sluice-bootstrap")


def uses(role: str, done: Iterable[tuple[str, str]], **context: str) -> set[Use]:
    """Return these actions as done with a role."""
    return {Use(role, action, resource, tuple(context.items())) for action, resource in done}


def of_sam_deploy(stage: str) -> set[Use]:
    """
    Return what `sam deploy` does with --role-arn and --s3-bucket.

    Source: aws-sam-cli at fe8f8db, samcli/lib/deploy and samcli/lib/package, which looks before each upload.
    """
    stack, role = f"arn:aws:cloudformation:{HERE}:stack/sluice-{stage}/1", f"{stage}DeployRole"
    execution = f"arn:aws:iam::{ACCOUNT}:role/sluice-execution-{stage}"
    verbs = ("DescribeStacks", "DescribeChangeSet", "ExecuteChangeSet", "DescribeStackEvents")
    created = Use(role, "cloudformation:CreateChangeSet", stack, (("cloudformation:RoleArn", execution),))
    transform = f"arn:aws:cloudformation:{REGION}:aws:transform/Serverless-2016-10-31"
    passed = Use(role, "iam:PassRole", execution, (("iam:PassedToService", "cloudformation.amazonaws.com"),))
    others = [
        *((f"cloudformation:{verb}", stack) for verb in verbs),
        ("cloudformation:CreateChangeSet", transform),
        ("cloudformation:GetTemplateSummary", "*"),
        ("s3:ListBucket", ARTIFACTS),
        ("s3:GetObject", f"{ARTIFACTS}/deploy/{stage}/1.template"),
        ("s3:PutObject", f"{ARTIFACTS}/deploy/{stage}/1.template"),
    ]
    return uses(role, others) | {created, passed}


def of_the_workflow(stage: str) -> set[Use]:
    """Return what `make deploy`, `smoke`, `good`, `go-back` and `announce` do beside it."""
    inbox = f"arn:aws:s3:::sluice-{stage}-inbox-1a2b3c4d5e6f/uploads/smoke/1/orders.csv"
    catalogue = f"arn:aws:dynamodb:{HERE}:table/sluice-{stage}-Catalogue-1A2B3C4D5E6F"
    done = [
        ("s3:GetObject", f"{ARTIFACTS}/releases/0/packaged.yaml"),
        ("s3:PutObject", inbox),
        ("s3:GetObject", inbox),  # its version, by a HEAD
        ("dynamodb:Query", f"{catalogue}/index/by-name"),
        ("dynamodb:BatchGetItem", catalogue),
        ("s3:PutObject", f"{ARTIFACTS}/good/{stage}"),
        ("s3:GetObject", f"{ARTIFACTS}/good/{stage}"),
        ("sns:Publish", f"arn:aws:sns:{HERE}:sluice-deployments-{stage}"),
    ]
    key = [("kms:Decrypt", f"arn:aws:kms:{HERE}:key/1"), ("kms:GenerateDataKey", f"arn:aws:kms:{HERE}:key/1")]
    role = f"{stage}DeployRole"
    return uses(role, done) | uses(role, key, **{"aws:ResourceTag/stage": stage})


def of_the_build() -> set[Use]:
    """Return what `make publish` and `make image` do: Amazon ECR user guide, "Pushing an image"."""
    verbs = (
        "BatchCheckLayerAvailability", "BatchGetImage", "CompleteLayerUpload", "GetDownloadUrlForLayer",
        "InitiateLayerUpload", "PutImage", "UploadLayerPart",
    )  # fmt: skip
    repository = f"arn:aws:ecr:{HERE}:repository/sluice"
    done = [
        ("s3:ListBucket", ARTIFACTS),
        ("s3:GetObject", f"{ARTIFACTS}/releases/code/1"),
        ("s3:PutObject", f"{ARTIFACTS}/releases/code/1"),
        ("ecr:GetAuthorizationToken", "*"),
        *((f"ecr:{verb}", repository) for verb in verbs),
    ]
    return uses("BuildRole", done)


@pytest.mark.parametrize("stage", STAGES)
def test_a_deployment_is_denied_nothing_and_granted_nothing_else(stage: str) -> None:
    """Of its own stage, and as its execution role."""
    names, done = names_of(f"{stage}DeployRole"), of_sam_deploy(stage) | of_the_workflow(stage)

    assert denied(done, names) == set()
    assert idle(done, names) == set()


def test_a_build_is_denied_nothing_and_granted_nothing_else() -> None:
    """It writes releases and images."""
    names = names_of("BuildRole")

    assert denied(of_the_build(), names) == set()
    assert idle(of_the_build(), names) == set()
