"""The published schema of a summary is what the code makes."""

import json
import types
from dataclasses import fields, is_dataclass
from typing import Union, get_args, get_origin, get_type_hints

import pytest
from jsonschema import ValidationError

from sluice.processors.profiling import profile_file
from sluice.rules.rule import DEFAULT_RULES
from sluice.tables.columns import TYPES
from sluice.tables.profiles import PROFILE_VERSION, TableProfile
from sluice.tables.summaries import SUMMARY_VERSION
from tests.fakes import FakeBaselines, FakeContracts, FakeInbox, FakeOutbox, a_file
from tests.summaries import schema, validate_summary
from tests.tables import mixed_table

JSON_TYPES = {str: "string", int: "integer", float: "number", bool: "boolean"}
TABLES = {
    "of many types": mixed_table(300),
    "with CRLF": mixed_table(20, line_end="\r\n"),
    "of dates in doubt": b"d,t\n01/02/2024,10:20\n03/04/2024,11:30\nx,\n",
    "ragged": b"a,b\n1\n1,2,3\n\n4,5\n",
    "beyond doubles": b"a\n1e308\n1e308\n1e308\n-1\n",
    "with labels twice": b"a,a,\n1,2,3\n4,5,6\n",
    "of nothing but a header": b"a,b\n",
    "without a byte": b"",
    "that is a page": b"<!doctype html><p>1,2",
    "torn": b'a,b\n1,"2\n',
    "in UTF-16": "ä,b\n1,2\n".encode("utf-16"),
    "compressed and cut": b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03",
}


def summary_of(data):
    """Return the summary that is published of a table."""
    file, inbox, outbox = a_file("sales/t.csv"), FakeInbox(), FakeOutbox()
    inbox.contents[file.key] = data
    profile_file(
        file,
        DEFAULT_RULES[0],
        None,
        inbox=inbox,
        outbox=outbox,
        contracts=FakeContracts(),
        baselines=FakeBaselines(),
    )
    return json.loads(outbox.results["processed/sales/t_summary.json"][1], parse_constant=pytest.fail)


@pytest.mark.parametrize("data", TABLES.values(), ids=TABLES)
def test_the_summary_of_a_table_is_what_its_schema_says(data):
    """Whatever is wrong with the table; and no number is one that JSON does not have."""
    validate_summary(summary_of(data))


def record_types(kind=TableProfile):
    """Yield the dataclasses that a profile consists of."""
    if is_dataclass(kind):
        yield kind
    for part in get_type_hints(kind).values() if is_dataclass(kind) else get_args(kind):
        yield from record_types(part)


@pytest.mark.parametrize("kind", sorted(set(record_types()), key=lambda kind: kind.__name__))
def test_schema_and_code_have_the_same_members_of_the_same_types(kind):
    """A member added to one and not to the other fails here."""
    definition = schema()["$defs"][kind.__name__]

    assert {field.name for field in fields(kind)} == set(definition["properties"])
    assert set(definition["required"]) == set(definition["properties"])
    for name, hint in get_type_hints(kind).items():
        assert allows(definition["properties"][name], hint), f"{kind.__name__}.{name}"


def allows(subschema, hint):
    """Tell whether a subschema is that of a type, as records.to_json writes it."""
    origin, arguments = get_origin(hint), get_args(hint)
    if "const" in subschema:
        return isinstance(subschema["const"], hint)
    if origin in (Union, types.UnionType):
        alternatives = subschema.get("anyOf") or [{"type": one} for one in subschema["type"]]
        return len(alternatives) == len(arguments) and all(
            any(allows(alternative, argument) for alternative in alternatives) for argument in arguments
        )
    if is_dataclass(hint):
        return subschema.get("$ref") == f"#/$defs/{hint.__name__}"
    if origin is tuple:
        return subschema.get("type") == "array" and allows(subschema["items"], arguments[0])
    if origin is dict:
        return subschema.get("type") == "object" and allows(subschema["additionalProperties"], arguments[1])
    return subschema.get("type") == ("null" if hint is type(None) else JSON_TYPES[hint])


def test_every_definition_is_of_a_record():
    """None is left behind by a record that is gone."""
    assert set(schema()["$defs"]) == {kind.__name__ for kind in record_types()}


def test_versions_and_types_agree():
    assert schema()["properties"]["version"]["const"] == SUMMARY_VERSION
    assert schema()["$defs"]["TableProfile"]["properties"]["version"]["const"] == PROFILE_VERSION
    assert schema()["$defs"]["ColumnProfile"]["properties"]["type"]["enum"] == list(TYPES)


@pytest.mark.parametrize(
    "change",
    [{"version": 2}, {"row_count": -1}, {"status": "fine"}, {"profile": None}, {"surplus": 1}],
    ids=str,
)
def test_the_schema_refuses_what_is_no_summary(change):
    """A schema that takes anything would prove nothing."""
    with pytest.raises(ValidationError):
        validate_summary(summary_of(b"a\n1\n2\n") | change)
