"""
What AWS itself does with the roles is what they are granted, and no pattern is wider than it must be.

Of functions' own calls the end-to-end tests judge (`tests/e2e/test_privileges.py`): only they know them.
"""

import re

import pytest

from tests.privileges import by_aws, deliveries
from tests.privileges.deployed import PARAMETERS
from tests.privileges.exceptions import OF_OPTIONS, UNEXERCISED, WILDCARDS, actions_without_resource
from tests.privileges.grants import Use, denied, grants, idle
from tests.privileges.judging import resource_of, told
from tests.template.cloudformation import ROOT, Template, target
from tests.template.names import Names
from tests.template.stack import Stack
from tests.template.test_options import ALL_ON, REPLICA

NAME = "sluice"
PREVIOUS = ROOT / "tests/privileges/previous_calls.txt"


@pytest.fixture(scope="module")
def everything(written: Template) -> Stack:
    """Production with every option."""
    return Stack.of(written, PARAMETERS | ALL_ON | REPLICA | {"NotificationEmail": "files@example.com"})


@pytest.fixture(scope="module")
def usual(written: Template) -> Stack:
    """Production as end-to-end tests exercise it."""
    return Stack.of(written, PARAMETERS)


def of_functions(stack: Stack) -> set[str]:
    """Return the roles that functions have."""
    return {target(each["Role"]) or "" for each in stack.of_type("AWS::Lambda::Function").values()}


def test_services_may_deliver_what_they_deliver_and_nothing_else(everything: Stack, usual: Stack) -> None:
    """Where no role is taken, the policy of the queue or of the function decides, source by source."""
    for stack in (everything, usual):
        names = Names(stack.resolved, NAME)
        assert sorted(set(deliveries.needed(stack, names))) == sorted(set(deliveries.allowed(stack, names)))


@pytest.mark.parametrize("options", ["usual", "everything"])
def test_aws_is_denied_nothing(options: str, request: pytest.FixtureRequest) -> None:
    """State machines, event sources, rules, releases, logs, traces, networks, replication."""
    stack = request.getfixturevalue(options)
    names = Names(stack.resolved, NAME)
    uses = set(by_aws.uses(stack, names))

    assert uses
    assert denied(uses, names) == set()


def test_roles_that_no_function_has_are_granted_nothing_else(usual: Stack) -> None:
    """State machines, the rule of the sweep, releases: what they do stands in the template."""
    names = Names(usual.resolved, NAME)
    spare = idle(set(by_aws.uses(usual, names)), names)

    assert sorted(told(grant, names) for grant in spare if grant.role not in of_functions(usual)) == []


def test_options_grant_only_what_they_are_for(usual: Stack, everything: Stack) -> None:
    """What is granted with every option, and not without, is exercised by AWS or has its reason."""
    before = {told(grant, Names(usual.resolved, NAME)) for grant, _ in grants(Names(usual.resolved, NAME))}
    names = Names(everything.resolved, NAME)
    spare = {told(grant, names) for grant in idle(set(by_aws.uses(everything, names)), names)}

    left = spare - before - UNEXERCISED.keys()
    assert {action for _, action, _ in left} <= OF_OPTIONS.keys(), left
    assert {action for _, action, _ in left} == OF_OPTIONS.keys(), "a reason that is not needed"


def test_every_wide_pattern_has_its_reason(everything: Stack) -> None:
    """A `*` in a resource where a narrower one is possible is a finding, and so is a reason for nothing."""
    names = Names(everything.resolved, NAME)
    wide = {
        (grant.action, resource_of(grant.resource, names))
        for grant, _ in grants(names)
        if "*" in grant.resource
    }

    assert {action for action, resource in wide if resource == "*"} == set(actions_without_resource())
    patterns = {resource for _, resource in wide} - {"*"}
    reasons = {pattern: [key for key in WILDCARDS if _ends(pattern, key)] for pattern in patterns}
    assert [pattern for pattern, found in reasons.items() if not found] == []
    assert WILDCARDS.keys() - {key for found in reasons.values() for key in found} == set()


def _ends(pattern: str, key: str) -> bool:
    """Tell whether a reason is about *pattern*: `Logs:*` is about every log group."""
    return pattern == key or (re.match("[A-Z][a-z]+[-:]", key) is not None and pattern.endswith(key))


def test_the_previous_release_is_denied_nothing(usual: Stack) -> None:
    """
    Roles have no versions: the code of the previous release runs under today's while a release goes on.

    Its functions' calls were recorded in the end-to-end tests at commit 2c58b8b; of objects' keys there is
    the first folder alone.
    """
    uses = {previous_use(line) for line in PREVIOUS.read_text(encoding="utf-8").splitlines()}

    assert len(uses) > 100
    assert denied(uses, Names(usual.resolved, NAME)) == set()


def previous_use(line: str) -> Use:
    """Read role, action, resource, and the prefix of a listing."""
    role, action, resource, *prefix = line.split(" ")
    return Use(role, action, resource, tuple(("s3:prefix", each) for each in prefix))


def test_no_pattern_names_another_stack(everything: Stack) -> None:
    """Each resource of a grant is this stack's, a parameter's, or one of AWS's own."""
    names = Names(everything.resolved, NAME)
    given = set(PARAMETERS.values()) | set(ALL_ON.values())
    strange = {
        grant.resource
        for grant, _ in grants(names)
        if NAME not in grant.resource
        and grant.resource != "*"
        and not any(str(value) and str(value) in grant.resource for value in given)
        and ":key/" not in grant.resource
    }

    assert strange == set()
