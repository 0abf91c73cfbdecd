"""
What the functions called in this session is what their roles allow, no less and no more.

Runs after all other tests of the session. Calls are the emulator's record (`local.call_log`); roles are those
that CloudFormation made of the transformed template, read back from the stack, and judged by the evaluator of
the template's tests. State machines and event rules call without being recorded.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local import call_log
from local.deploy import STACK_NAME
from tests.template.policies import Request, allows, as_list, statements

# Granted and never seen in a record, for every role: who uses it is not the function.
BY_OTHERS = {
    "logs:CreateLogStream": "Lambda writes logs; the emulator does so without asking",
    "logs:PutLogEvents": "likewise",
    "xray:PutTraceSegments": "the emulator has no X-Ray",
    "xray:PutTelemetryRecords": "likewise",
    "sqs:ReceiveMessage": "the event source polls with the function's role, which is not recorded",
    "sqs:DeleteMessage": "likewise",
    "sqs:GetQueueAttributes": "likewise",
    "dynamodb:GetRecords": "likewise, of the stream",
    "dynamodb:GetShardIterator": "likewise",
    "dynamodb:DescribeStream": "likewise",
    "dynamodb:ListStreams": "likewise",
    "s3:ListBucket": "no call of its own: turns the 403 for what is missing into a 404",
    "s3:ListBucketVersions": "likewise, for versions",
}


def roles(product: Any) -> dict[str, str]:
    """Return the roles of the stack's functions: name in IAM to logical id."""
    resources = product.client("cloudformation").describe_stack_resources(StackName=STACK_NAME)
    return {
        each["PhysicalResourceId"]: each["LogicalResourceId"]
        for each in resources["StackResources"]
        if each["ResourceType"] == "AWS::IAM::Role"
    }


def documents(product: Any, role: str) -> list[dict[str, Any]]:
    """Return the policies of a deployed role."""
    iam = product.client("iam")
    found = []
    for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        document = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
        found.append(json.loads(document) if isinstance(document, str) else document)
    return found


def of_functions(product: Any) -> Iterator[str]:
    """Yield the names of the roles that functions have."""
    pages = product.client("lambda").get_paginator("list_functions").paginate()
    for page in pages:
        yield from (function["Role"].rsplit("/", 1)[-1] for function in page["Functions"])


@pytest.fixture(scope="module")
def calls(product: Any, request: pytest.FixtureRequest) -> list[call_log.Call]:
    """Every call of the session; skipped where only some tests ran, which exercise only some grants."""
    if "PRIVILEGES" not in os.environ:
        pytest.skip("run by make privileges: the grants that no test exercises are not all explained yet")
    ran = {Path(item.path).name for item in request.session.items}
    if missing := {path.name for path in Path(__file__).parent.glob("test_*.py")} - ran:
        pytest.skip(f"not all end-to-end tests ran: {', '.join(sorted(missing))}")
    return list(call_log.read(product.call_log))


def test_no_call_was_refused(calls: list[call_log.Call]) -> None:
    """The emulator enforces the roles of functions."""
    assert calls
    assert [] == [call for call in calls if call.refused]


def test_every_call_is_allowed_by_the_evaluator_too(product: Any, calls: list[call_log.Call]) -> None:
    """So that what it says of roles that the emulator does not enforce can be believed."""
    names = roles(product)
    given = {role: documents(product, role) for role in {call.role for call in calls} & names.keys()}
    denied = {
        (names.get(call.role, call.role), call.action, call.resource)
        for call in set(calls)
        if call.role in given and not allows(given[call.role], Request(call.action, call.resource))
    }

    assert denied == set()


def test_every_grant_is_exercised(product: Any, calls: list[call_log.Call], record_property: Any) -> None:
    """A grant that no test needs is one too many, or lacks a test; each exception has its reason."""
    names = roles(product)
    used = {(names[call.role], call.action.lower()) for call in calls if call.role in names}
    granted = {
        (names[role], action)
        for role in of_functions(product)
        for statement in statements(documents(product, role))
        for action in as_list(statement["Action"])
    }
    idle = {(role, action) for role, action in granted if (role, action.lower()) not in used}

    record_property("calls, roles, grants, idle", (len(calls), len(set(names)), len(granted), len(idle)))
    unexplained = {(role, action) for role, action in idle if action not in BY_OTHERS} - EXCEPTIONS.keys()
    assert unexplained == set()
    assert EXCEPTIONS.keys() <= granted, "an exception for what is not granted any more"


# Of one role each: granted, not exercised by the end-to-end tests, and why it stays.
EXCEPTIONS: dict[tuple[str, str], str] = {}
