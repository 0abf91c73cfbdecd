"""
What IAM would answer to a request: an explicit deny wins, else an allow is needed, else it is denied.

Takes policy documents whose intrinsic functions are filled (see `names`). Of the conditions, it knows the
operators that this project uses and raises KeyError for others, so that none is passed over.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

Document = Mapping[str, Any]
Statement = Mapping[str, Any]


@dataclass(frozen=True)
class Request:
    """One call: what is to be done to what, and what else is known about it."""

    action: str
    resource: str = "*"
    context: Mapping[str, str] = field(default_factory=dict)


def allows(documents: Iterable[Document], request: Request) -> bool:
    """Tell whether the policies of one identity allow *request*."""
    effects = {statement["Effect"] for statement in statements(documents) if matches(statement, request)}
    return effects == {"Allow"}


def allows_within(documents: Iterable[Document], boundary: Document, request: Request) -> bool:
    """Tell whether both the policies of an identity and its permissions boundary allow *request*."""
    return allows(documents, request) and allows([boundary], request)


def statements(documents: Iterable[Document]) -> Iterator[Statement]:
    """Yield the statements of all documents."""
    for document in documents:
        yield from as_list(document["Statement"])


def matches(statement: Statement, request: Request) -> bool:
    """Tell whether a statement of an identity's policy speaks of *request*."""
    return (
        _names(statement, "Action", request.action, lower=True)
        and _names(statement, "Resource", request.resource)
        and _holds(statement.get("Condition", {}), request.context)
    )


def trusts(document: Document, action: str, context: Mapping[str, str]) -> bool:
    """Tell whether a role's trust policy lets someone with these claims take the role."""
    return any(
        statement["Effect"] == "Allow"
        and action in as_list(statement["Action"])
        and _holds(statement.get("Condition", {}), context)
        for statement in statements([document])
    )


def as_list(value: Any) -> list[Any]:
    """Return what a policy may write as one or as a list as a list."""
    return value if isinstance(value, list) else [value]


def _names(statement: Statement, element: str, value: str, *, lower: bool = False) -> bool:
    """Tell whether the element, or its negation, takes the value in."""
    fold = str.lower if lower else str
    if f"Not{element}" in statement:
        return not any(_like(fold(p), fold(value)) for p in as_list(statement[f"Not{element}"]))
    return any(_like(fold(pattern), fold(value)) for pattern in as_list(statement[element]))


def _holds(conditions: Mapping[str, Mapping[str, Any]], context: Mapping[str, str]) -> bool:
    """Tell whether every key of every operator holds; one value of its list is enough."""
    return all(
        _OPERATORS[operator](context.get(key), [str(value) for value in as_list(values)])
        for operator, keys in conditions.items()
        for key, values in keys.items()
    )


def _any(test: Callable[[str, str], bool]) -> Callable[[str | None, list[str]], bool]:
    """Build a positive operator: it does not hold where the request lacks the key."""
    return lambda found, wanted: found is not None and any(test(each, found) for each in wanted)


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(re.escape(text).replace(r"\*", ".*").replace(r"\?", "."), re.DOTALL)


def _like(pattern: str, value: str) -> bool:
    return _pattern(pattern).fullmatch(value) is not None


_OPERATORS: dict[str, Callable[[str | None, list[str]], bool]] = {
    "StringEquals": _any(lambda wanted, found: wanted == found),
    "StringLike": _any(_like),
    "ArnEquals": _any(_like),
    "ArnLike": _any(_like),
    "Bool": _any(lambda wanted, found: wanted.lower() == found.lower()),
    "StringNotEquals": lambda found, wanted: found not in wanted,
    "ForAnyValue:StringEquals": _any(lambda wanted, found: wanted == found),
    "Null": lambda found, wanted: (found is None) is (wanted == ["true"]),
}
