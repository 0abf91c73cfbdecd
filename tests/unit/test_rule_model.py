"""The shape of a rule, and its JSON Schema."""

import json
from pathlib import Path
from typing import get_args

import pytest
from jsonschema import Draft202012Validator

from sluice.api.rule_actions import id_from
from sluice.api.rule_model import RuleModel, read_rule, rule_schema
from sluice.rules.documents import DEFAULT_DOCUMENTS
from sluice.rules.rule import PROCESSORS

SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "rule.schema.json"
BAD = [
    None,
    [],
    "rule",
    7,
    {},
    {"name": ""},
    {"name": 1},
    {"name": "x" * 201},
    {"name": "a\nb"},
    {"name": "a\x00"},
    {"name": "\ud800"},
    {"name": "x", "nmae": "y"},
    {"name": "x", "id": "y"},
    {"name": "x", "version": 1},
    {"name": "x", "priority": -1},
    {"name": "x", "priority": 1001},
    {"name": "x", "priority": "1"},
    {"name": "x", "priority": 1.5},
    {"name": "x", "priority": True},
    {"name": "x", "enabled": "yes"},
    {"name": "x", "enabled": 1},
    {"name": "x", "processor": "rm -rf"},
    {"name": "x", "processor": ""},
    {"name": "x", "lane": "../x"},
    {"name": "x", "lane": "CSV"},
    {"name": "x", "contract": "'; DROP TABLE--"},
    {"name": "x", "contract": "x" * 64},
    {"name": "x", "options": []},
    {"name": "x", "options": {"k" * 101: 1}},
    {"name": "x", "match": []},
    {"name": "x", "match": {"regex": ".*"}},
    {"name": "x", "match": {"prefix": None}},
    {"name": "x", "match": {"prefix": "é" * 513}},
    {"name": "x", "match": {"glob": "*" * 1025}},
    {"name": "x", "match": {"suffixes": ".csv"}},
    {"name": "x", "match": {"suffixes": [""]}},
    {"name": "x", "match": {"suffixes": [".a"] * 51}},
    {"name": "x", "match": {"min_size": -1}},
    {"name": "x", "match": {"min_size": "1"}},
    {"name": "x", "match": {"max_size": 10**30}},
    {"name": "x", "match": {"content_types": ["text"]}},
    {"name": "x", "match": {"content_types": ["*/*"]}},
    {"name": "x", "match": {"content_types": ["text/csv; charset=utf-8"]}},
]


@pytest.mark.parametrize("document", BAD, ids=lambda document: ascii(document)[:60])
def test_a_rule_of_another_shape_is_refused_with_the_place_and_without_its_content(document):
    problems = read_rule(document)

    assert isinstance(problems, list)
    assert problems
    assert all(problem.message and "x" * 64 not in problem.message for problem in problems)


@pytest.mark.parametrize("document", DEFAULT_DOCUMENTS.values(), ids=DEFAULT_DOCUMENTS)
def test_a_default_rule_has_the_shape_of_a_rule(document):
    assert read_rule(document) == document


def test_a_whole_number_may_be_written_with_a_point():
    assert read_rule({"name": "x", "priority": 7.0})["priority"] == 7


def test_what_a_rule_leaves_out_is_written_out():
    rule = read_rule({"name": "x"})

    assert (rule["priority"], rule["enabled"], rule["match"]["suffixes"]) == (100, True, [])


def test_the_schema_in_the_docs_is_the_one_of_the_code():
    assert json.loads(SCHEMA.read_text()) == rule_schema()


def test_the_schema_is_a_schema_and_takes_the_default_rules():
    Draft202012Validator.check_schema(rule_schema())
    for document in DEFAULT_DOCUMENTS.values():
        Draft202012Validator(rule_schema()).validate(document)


def test_a_rule_may_name_exactly_the_processors_there_are():
    names = get_args(get_args(RuleModel.model_fields["processor"].annotation)[0])

    assert names == PROCESSORS


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Orders of ACME", "orders-of-acme"),
        ("Größe 2", "groe-2"),
        ("日本", "rule"),
        ("--a--", "a"),
        ("a" * 99, "a" * 63),
    ],
)
def test_an_id_is_made_from_the_name(name, expected):
    assert id_from(name) == expected
