"""A rule as the JSON document that people write and the table keeps."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from sluice.rules.rule import DEFAULT_RULES, Match, Rule

_KEYS = ("id", "version")  # of the rule; the document is what people change
_LISTS = ("suffixes", "content_types")


def to_document(rule: Rule) -> dict[str, Any]:
    """Return the rule without its id and version."""
    document = {name: value for name, value in asdict(rule).items() if name not in _KEYS}
    match = {name: list(value) if name in _LISTS else value for name, value in document["match"].items()}
    return document | {"match": match}


def from_document(rule_id: str, version: int, document: Mapping[str, Any]) -> Rule:
    """Read a stored document; names that this release does not know are passed over."""
    known = {each.name for each in fields(Rule)} - {*_KEYS, "match"}
    return Rule(
        id=rule_id,
        version=version,
        match=_match(document.get("match", {})),
        **{name: value for name, value in document.items() if name in known},
    )


def _match(document: Mapping[str, Any]) -> Match:
    known = {each.name for each in fields(Match)}
    given: dict[str, Any] = {name: value for name, value in document.items() if name in known}
    return Match(**given | {name: tuple(given[name]) for name in _LISTS if name in given})


DEFAULT_DOCUMENTS = {rule.id: to_document(rule) for rule in DEFAULT_RULES}
