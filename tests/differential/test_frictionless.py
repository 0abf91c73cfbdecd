"""
Verdicts are those of frictionless, the reference implementation of Table Schema, on random tables.

It brings 40 packages, so that it has an environment of its own: `make contracts-oracle`.
"""

import csv
import io
import re
from collections import Counter
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from sluice.contracts.checking import ContractCheck
from sluice.contracts.reading import ContractRefusedError, read_contract
from sluice.tables.csv_profiling import profile_stream

frictionless = pytest.importorskip("frictionless", reason="make contracts-oracle installs it")

CODES = {"minLength": "min-length", "maxLength": "max-length"}
NOW = datetime(2026, 3, 2, tzinfo=UTC)
# Cells on which the two mean to agree: frictionless also takes what Python's int() takes beyond Table
# Schema (1_000, digits of other scripts), 24:00:00 for a time, and no blanks around dates.
KINDS = {
    "string": ["a", "b", "abc", "éé", "x y", "", "a,b", 'q"q', "1"],
    "integer": ["1", "+1", "-7", "99999999999999999999", "x", "1.0", "", "5", "6", "1e3"],
    "number": ["1", "1.50", "1.5", "-0.5", "0", "10e-1", "0.1", "x", "", "1,5", "--1"],
    "boolean": ["true", "0", "1", "yes", "", "FALSE", "tRUE"],
    "date": ["2024-02-29", "2023-02-29", "2024-01-01", "x", "", "01/02/2024"],
    "time": ["10:00:00", "23:59:59", "x", ""],
    "datetime": ["2024-01-01T00:00:00", "2024-01-01T00:00:00Z", "x", ""],
    "year": ["2024", "x", ""],
    "yearmonth": ["2024-01", "2024-13", ""],
    "any": ["x", "", "1"],
}
BOUNDS = {
    "integer": ["1", "5"],
    "number": ["0", "0.1", "1.5"],
    "date": ["2024-01-01", "2024-02-29"],
    "time": ["10:00:00"],
}
ENUMS = {"string": ["a", "éé"], "integer": ["1", "5"], "number": ["1.5", "0"], "date": ["2024-01-01"]}


@st.composite
def schemas(draw):
    names = ["a", "b", "c"][: draw(st.integers(1, 3))]
    fields = []
    for name in names:
        kind = draw(st.sampled_from(list(KINDS)))
        found = {}
        for flag in ("required", "unique"):
            if draw(st.integers(0, 3)) == 0:
                found[flag] = True
        for bound in ("minimum", "maximum"):
            if kind in BOUNDS and draw(st.booleans()):
                found[bound] = draw(st.sampled_from(BOUNDS[kind]))
        if kind == "string" and draw(st.booleans()):
            found["minLength"], found["maxLength"] = draw(st.sampled_from([(0, 1), (2, 3), (3, 3)]))
        if kind == "string" and draw(st.integers(0, 2)) == 0:
            found["pattern"] = draw(st.sampled_from(["[a-c]*", r"\w+", ".{1,2}"]))
        if kind in ENUMS and draw(st.integers(0, 3)) == 0:
            found["enum"] = ENUMS[kind]
        fields.append({"name": name, "type": kind, "constraints": found})
    schema = {"fields": [*fields, {"name": "end", "type": "string"}], "missingValues": [""]}
    if draw(st.booleans()):
        schema["primaryKey"] = names[: draw(st.integers(1, len(names)))]
    return schema


@st.composite
def tables(draw):
    schema = draw(schemas())
    cells = [st.sampled_from(KINDS[field["type"]]) for field in schema["fields"][:-1]]
    rows = draw(st.lists(st.tuples(*cells), min_size=1, max_size=12))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow([field["name"] for field in schema["fields"]])
    writer.writerows([*row, "end"] for row in rows)
    return schema, text.getvalue()


def ours(schema, text):
    check = ContractCheck(read_contract(schema), arrived=NOW)
    verdict = check.verdict(profile_stream(io.BytesIO(text.encode()), check=check))
    return {(one.row, one.column, one.code) for one in verdict.breaches}


def theirs(schema, text, folder):
    path = folder / "table.csv"
    path.write_text(text, encoding="utf-8")
    resource = frictionless.Resource(
        path=path.name,
        basepath=str(folder),
        schema=frictionless.Schema.from_descriptor(schema),
        dialect=frictionless.Dialect.from_descriptor({"csv": {"delimiter": ","}}),
        encoding="utf-8",
    )
    report = frictionless.validate(resource, limit_errors=100_000)
    found = set()
    for error in report.tasks[0].errors:
        match error.type:
            case "type-error":
                found.add((error.row_number, error.field_name, "type"))
            case "unique-error":
                found.add((error.row_number, error.field_name, "unique"))
            case "constraint-error":
                name = re.search(r'constraint "(\w+)"', error.note)[1]
                found.add((error.row_number, error.field_name, CODES.get(name, name)))
            case "primary-key":
                found.add((error.row_number, ", ".join(schema["primaryKey"]), "primary-key"))
            case other:
                pytest.fail(f"{other}: {error.note}")
    return found


def comparable(breaches, schema):
    """
    Leave out where the two mean to differ.

    frictionless takes the missing cells of a primary key for values, looks at constraints of cells of which
    we say no more than their type, and takes cells that are none of their type for missing in keys.
    """
    wrong = {(row, column) for row, column, code in breaches if code == "type"}
    keys = {", ".join(schema.get("primaryKey", ())), *(field["name"] for field in schema["fields"])}
    return {
        (row, column, code)
        for row, column, code in breaches
        if not (code in ("unique", "primary-key") and column in keys)
        and not (code == "required" and column in schema.get("primaryKey", ()))
        and (code == "type" or (row, column) not in wrong)
    }


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(table=tables())
def test_cells_are_judged_as_by_frictionless(table, tmp_path):
    schema, text = table
    try:
        read_contract(schema)
    except ContractRefusedError:
        assume(condition=False)
    assert comparable(ours(schema, text), schema) == comparable(theirs(schema, text, tmp_path), schema)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["1", "2", "3", "", "04"]), min_size=1, max_size=12), st.data())
def test_repetitions_are_found_as_by_frictionless(tmp_path, cells, data):
    """In a unique column of valid cells."""
    kind = data.draw(st.sampled_from(["integer", "string"]))
    schema = {"fields": [{"name": "k", "type": kind, "constraints": {"unique": True}}, {"name": "end"}]}
    text = "k,end\n" + "".join(f'"{cell}",x\n' for cell in cells)
    assert Counter(ours(schema, text)) == Counter(theirs(schema, text, tmp_path))
