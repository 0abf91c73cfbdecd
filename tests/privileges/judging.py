"""Which grants need an exception, told by logical ids."""

import re
from collections.abc import Iterable

from tests.privileges.exceptions import FAMILIES
from tests.privileges.grants import Grant, grants
from tests.template.names import Names

Told = tuple[str, str, str]
"""Role, action, and the resource as `resource_of` tells it."""


def told(grant: Grant, names: Names) -> Told:
    """Return the grant in logical ids, as exceptions name it."""
    return grant.role, grant.action, resource_of(grant.resource, names)


def resource_of(arn: str, names: Names) -> str:
    """
    Return the logical id of the resource that a pattern is about, and what follows its name.

    `Outbox/reports/*`, `DispatchFunction-*:*` where the name is left open, or the end of the ARN where the
    template has no such resource.
    """
    for name, logical_id in _owners(names):
        if found := re.search(rf"(?<=:){re.escape(name)}|(?<=/){re.escape(name)}", arn):
            rest = arn[found.end() :]
            if not rest or rest[0] in ":/":
                return logical_id + rest
    ending = arn.split(":", 5)[-1]
    opened = re.search(rf"(?:^|[:/]){names.stack_name}-([A-Za-z]+-\*.*)", ending)
    return opened[1] if opened else ending


def _owners(names: Names) -> list[tuple[str, str]]:
    """Return the names of resources, the longest first: one may be the beginning of another."""
    named = [
        (names.of(each), each)
        for each, kind in names.template["Resources"].items()
        if kind["Type"] in _OWNERS
    ]
    return sorted(named, key=lambda pair: -len(pair[0]))


_OWNERS = {
    f"AWS::{kind}"
    for kind in (
        "DynamoDB::Table", "Events::EventBus", "KMS::Key", "Lambda::Function", "Logs::LogGroup", "S3::Bucket",
        "SNS::Topic", "SQS::Queue", "SSM::Parameter", "StepFunctions::StateMachine",
    )
}  # fmt: skip


def relieved_by_families(spare: Iterable[Grant], names: Names) -> set[Told]:
    """Return the spare grants but for those of a family of which another one is exercised."""
    spare = set(spare)
    exercised = {told(grant, names) for grant, _ in grants(names) if grant not in spare}
    left = {told(grant, names) for grant in spare}
    return {
        (role, action, resource)
        for role, action, resource in left
        if not any(
            resource in family and any((role, action, member) in exercised for member in family)
            for family in FAMILIES.values()
        )
    }
