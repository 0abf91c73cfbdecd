"""The evaluator answers as IAM documents that IAM does."""

from typing import Any

import pytest

from tests.template.policies import Request, allows, allows_within, trusts


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    """Return a policy of these statements, which allow unless they say otherwise."""
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow"} | each for each in statements]}


READ = {"Action": ["s3:Get*", "s3:ListBucket"], "Resource": "arn:aws:s3:::data-*"}
IN_STAGE = {"StringEquals": {"aws:ResourceTag/stage": ["staging", "dev"]}}


@pytest.mark.parametrize(
    ("policy", "request_", "allowed"),
    [
        (document(READ), Request("s3:GetObject", "arn:aws:s3:::data-1/a/b"), True),
        (document(READ), Request("S3:getobject", "arn:aws:s3:::data-1"), True),  # actions know no case
        (document(READ), Request("s3:GetObject", "arn:aws:s3:::Data-1"), False),  # resources do
        (document(READ), Request("s3:PutObject", "arn:aws:s3:::data-1"), False),
        (document(), Request("s3:GetObject"), False),  # nothing said is no
        (
            document({"Action": "*", "Resource": "*"}, {"Effect": "Deny"} | READ),
            Request("s3:GetObject", "arn:aws:s3:::data-1"),
            False,
        ),
        (document({"NotAction": "iam:*", "Resource": "*"}), Request("s3:GetObject"), True),
        (document({"NotAction": "iam:*", "Resource": "*"}), Request("iam:CreateUser"), False),
        (
            document({"Action": "s3:*", "NotResource": "arn:aws:s3:::a"}),
            Request("s3:X", "arn:aws:s3:::a"),
            False,
        ),
        (document({"Action": "kms:Decrypt", "Resource": "arn:?"}), Request("kms:Decrypt", "arn:ab"), False),
        (
            document({"Action": "kms:Decrypt", "Resource": "*", "Condition": IN_STAGE}),
            Request("kms:Decrypt", "k", {"aws:ResourceTag/stage": "dev"}),
            True,
        ),
        (
            document({"Action": "kms:Decrypt", "Resource": "*", "Condition": IN_STAGE}),
            Request("kms:Decrypt", "k"),
            False,
        ),
    ],
)
def test_what_a_policy_allows(policy: dict, request_: Request, *, allowed: bool) -> None:
    """Explicit deny, else an allow, else no; a condition whose key is absent does not hold."""
    assert allows([policy], request_) is allowed


def test_a_boundary_takes_away_and_never_gives() -> None:
    """Both must allow."""
    everything, reading = document({"Action": "*", "Resource": "*"}), document(READ)
    request = Request("s3:GetObject", "arn:aws:s3:::data-1")

    assert allows_within([everything], reading, request)
    assert not allows_within([everything], reading, Request("iam:CreateUser"))
    assert not allows_within([document()], everything, request)


def test_an_operator_that_is_not_known_is_not_passed_over() -> None:
    """Else a condition could be wrong and every test pass."""
    odd = document({"Action": "*", "Resource": "*", "Condition": {"NumericLessThan": {"a": "1"}}})

    with pytest.raises(KeyError, match="NumericLessThan"):
        allows([odd], Request("s3:GetObject"))


def test_a_trust_needs_every_claim() -> None:
    """All keys of a condition must hold, each by one of its values."""
    trust = document(
        {"Action": "sts:AssumeRole", "Condition": {"StringEquals": {"aud": "a", "sub": ["b", "c"]}}}
    )

    assert trusts(trust, "sts:AssumeRole", {"aud": "a", "sub": "c"})
    assert not trusts(trust, "sts:AssumeRole", {"aud": "a"})
    assert not trusts(trust, "sts:AssumeRole", {"aud": "a", "sub": "d"})
    assert not trusts(trust, "sts:AssumeRoleWithWebIdentity", {"aud": "a", "sub": "c"})
