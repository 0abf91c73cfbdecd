"""The judges of privileges find a call too many, a grant too many, and neither where there is none."""

from typing import Any

import pytest

from local.call_log import Call
from tests.privileges.grants import Use, denied, grants, idle
from tests.privileges.judging import relieved_by_families, resource_of, told
from tests.privileges.recorded import LOCAL, Record, physical_names
from tests.template.names import Names

FOLDER = {"Fn::Sub": "${Outbox.Arn}/reports/*"}
QUEUES = [{"Fn::GetAtt": [f"{lane}Arrivals", "Arn"]} for lane in ("Csv", "Image", "Other")]
LISTING = {"StringLike": {"s3:prefix": "reports/*"}}


def role(*statements: dict[str, Any]) -> dict[str, Any]:
    """Return a role with these statements, which allow."""
    document = {"Statement": [{"Effect": "Allow"} | each for each in statements]}
    return {"Type": "AWS::IAM::Role", "Properties": {"Policies": [{"PolicyDocument": document}]}}


@pytest.fixture
def names() -> Names:
    """A stack with a role that writes reports, lists them, and sends to the queue of each lane."""
    queues = {f"{lane}Arrivals": {"Type": "AWS::SQS::Queue"} for lane in ("Csv", "Image", "Other")}
    writer = role(
        {"Action": "s3:PutObject", "Resource": FOLDER},
        {"Action": "s3:ListBucket", "Resource": {"Fn::GetAtt": ["Outbox", "Arn"]}, "Condition": LISTING},
        {"Action": ["sqs:SendMessage"], "Resource": QUEUES},
    )
    resources = {"Outbox": {"Type": "AWS::S3::Bucket"}, "WriterRole": writer, **queues}
    return Names({"Resources": resources}, "sluice")


def use(names: Names, action: str, resource: str, path: str = "", **context: str) -> Use:
    """Return a call of the one role."""
    keys = tuple((name.replace("_", ":"), value) for name, value in context.items())
    return Use("WriterRole", action, names.arn(resource) + path, keys)


@pytest.fixture
def calls(names: Names) -> set[Use]:
    """Every call that the role is for; of the queues, one."""
    return {
        use(names, "s3:PutObject", "Outbox", "/reports/1.json"),
        use(names, "s3:ListBucket", "Outbox", s3_prefix="reports/2026"),
        use(names, "sqs:SendMessage", "ImageArrivals"),
    }


def test_what_fits_is_neither_denied_nor_spare(names: Names, calls: set[Use]) -> None:
    """The queues of the other lanes are like the one that was used."""
    assert denied(calls, names) == set()
    assert relieved_by_families(idle(calls, names), names) == set()


def test_a_call_beyond_the_grants_is_found(names: Names, calls: set[Use]) -> None:
    """Another folder, another action, another condition, another queue's business."""
    beyond = {
        use(names, "s3:PutObject", "Outbox", "/processed/1.json"),
        use(names, "s3:GetObject", "Outbox", "/reports/1.json"),
        use(names, "s3:ListBucket", "Outbox"),
        use(names, "s3:ListBucket", "Outbox", s3_prefix="processed/"),
        use(names, "sqs:ReceiveMessage", "CsvArrivals"),
    }

    assert denied(calls | beyond, names) == beyond


@pytest.mark.parametrize(
    ("missing", "found"),
    [
        ("s3:PutObject", {("WriterRole", "s3:PutObject", "Outbox/reports/*")}),
        ("s3:ListBucket", {("WriterRole", "s3:ListBucket", "Outbox")}),
        (
            "sqs:SendMessage",
            {("WriterRole", "sqs:SendMessage", f"{lane}Arrivals") for lane in ("Csv", "Image", "Other")},
        ),
    ],
)
def test_a_grant_that_nothing_exercises_is_found(
    missing: str, found: set[tuple[str, str, str]], names: Names, calls: set[Use]
) -> None:
    """Of a family all, where none is used."""
    left = {each for each in calls if each.action != missing}

    assert relieved_by_families(idle(left, names), names) == found


def test_a_role_that_denies_is_not_judged_wrongly(names: Names) -> None:
    """What a Deny leaves of its grants is not worked out, so it is refused."""
    [policy] = names.template["Resources"]["WriterRole"]["Properties"]["Policies"]
    policy["PolicyDocument"]["Statement"].append({"Effect": "Deny", "Action": "s3:*", "Resource": "*"})

    with pytest.raises(ValueError, match="WriterRole denies"):
        list(grants(names))


def test_calls_of_a_deployment_are_told_in_the_templates_names(names: Names) -> None:
    """Whatever CloudFormation called the resources; calls of other roles are not ours."""
    physical = physical_names(
        [
            {"LogicalResourceId": "WriterRole", "PhysicalResourceId": "sluice-WriterRole-9F"},
            {"LogicalResourceId": "Outbox", "PhysicalResourceId": "sluice-outbox-9f"},
            {
                "LogicalResourceId": "CsvArrivals",
                "PhysicalResourceId": "http://127.0.0.1:4566/000000000000/sluice-CsvArrivals-9F",
            },
            {
                "LogicalResourceId": "WriterAlias",
                "PhysicalResourceId": "arn:aws:lambda:x:1:function:writer:live",
            },
            {"LogicalResourceId": "Team", "PhysicalResourceId": "/stack/team"},
        ]
    )
    ours, report = "sluice-WriterRole-9F", "arn:aws:s3:::sluice-outbox-9f/reports/1"
    queue = f"arn:aws:sqs:{LOCAL}:sluice-CsvArrivals-9F"
    qualified = f"arn:aws:lambda:{LOCAL}:function:another:live"
    record = Record()
    record.add(
        [
            Call(ours, "s3:PutObject", report, refused=False),
            Call(ours, "sqs:SendMessage", queue, refused=True),
            Call(ours, "lambda:InvokeFunction", qualified, refused=False),
            Call("team", "s3:GetObject", report, refused=False),
        ],
        physical,
        names,
    )

    at_the_alias = {each for each in record.allowed if each.action == "lambda:InvokeFunction"}
    assert {each.resource.split(":")[-1] for each in at_the_alias} == {"live"}
    assert set(record.allowed) - at_the_alias == {use(names, "s3:PutObject", "Outbox", "/reports/1")}
    assert set(record.refused) == {use(names, "sqs:SendMessage", "CsvArrivals")}
    assert denied(record.allowed.keys() - at_the_alias, names) == set()


def test_grants_are_told_by_logical_ids(names: Names) -> None:
    """As exceptions name them."""
    assert {told(grant, names)[2] for grant, _ in grants(names)} == {
        "Outbox/reports/*", "Outbox", "CsvArrivals", "ImageArrivals", "OtherArrivals",
    }  # fmt: skip
    assert (
        resource_of("arn:aws:lambda:r:a:function:sluice-DispatchFunction-*:*", names)
        == "DispatchFunction-*:*"
    )
    assert resource_of("*", names) == "*"
