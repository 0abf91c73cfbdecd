"""What the roles of the transformed template are granted: one grant for each action on each resource."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from tests.template.cloudformation import target
from tests.template.names import Names
from tests.template.policies import Request, as_list, matches


@dataclass(frozen=True, slots=True)
class Use:
    """One kind of call made with a role: ARNs are those of `Names`, whatever the stack is called with."""

    role: str
    """Logical id."""
    action: str
    resource: str = "*"
    context: tuple[tuple[str, str], ...] = ()
    """Condition keys of the request and their values."""

    @property
    def request(self) -> Request:
        """The same as a policy evaluator takes it."""
        return Request(self.action, self.resource, dict(self.context))


@dataclass(frozen=True, slots=True)
class Grant:
    """That a role may do one action to what one pattern takes in, on conditions."""

    role: str
    action: str
    resource: str
    conditions: str = "{}"
    """As written; for people, and to tell two grants apart."""

    def covers(self, use: Use, statement: dict[str, Any]) -> bool:
        """Tell whether this grant allows *use*; *statement* is the one that it stands in."""
        narrowed = statement | {"Action": self.action, "Resource": self.resource}
        return self.role == use.role and matches(narrowed, use.request)


def documents(names: Names) -> dict[str, list[dict[str, Any]]]:
    """Return the policy documents of every role by its logical id: its own, and those put beside them."""
    resources = names.template["Resources"]
    found = {
        name: [policy["PolicyDocument"] for policy in names.filled(each["Properties"].get("Policies", []))]
        for name, each in resources.items()
        if each["Type"] == "AWS::IAM::Role"
    }
    for each in resources.values():
        if each["Type"] == "AWS::IAM::Policy":
            for role in each["Properties"]["Roles"]:
                found[target(role)].append(names.filled(each["Properties"]["PolicyDocument"]))
    return found


def grants(names: Names) -> Iterator[tuple[Grant, dict[str, Any]]]:
    """Yield every grant with the statement that it stands in; no role's policy denies anything."""
    for role, policies in documents(names).items():
        for statement in (each for policy in policies for each in as_list(policy["Statement"])):
            if statement["Effect"] != "Allow":
                raise ValueError(f"{role} denies: what remains of its grants is not worked out here")
            for action in as_list(statement["Action"]):
                for resource in as_list(statement["Resource"]):
                    conditions = str(statement.get("Condition", {}))
                    yield Grant(role, action, resource, conditions), statement


def denied(uses: Collection[Use], names: Names) -> set[Use]:
    """Return the uses that no grant of their role covers."""
    given = list(grants(names))
    return {use for use in uses if not any(grant.covers(use, statement) for grant, statement in given)}


def idle(uses: Collection[Use], names: Names) -> set[Grant]:
    """Return the grants that cover none of the uses."""
    return {
        grant for grant, statement in grants(names) if not any(grant.covers(use, statement) for use in uses)
    }
