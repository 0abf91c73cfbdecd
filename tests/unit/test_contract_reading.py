"""A contract is read whole, or refused with the path of every fault."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from sluice.contracts.contract import Field, Freshness
from sluice.contracts.reading import ContractRefusedError, read_contract

SCHEMA = Path(__file__).parents[2] / "docs/schemas/contract.schema.json"
EVERYTHING = {
    "title": "Orders",
    "schema": {
        "fields": [
            {"name": "id", "title": "Number", "type": "integer", "groupChar": " ", "bareNumber": False},
            {"name": "kind", "constraints": {"enum": ["a"], "pattern": "a+", "minLength": 1, "maxLength": 3}},
            {"name": "paid", "type": "boolean", "trueValues": ["ja"], "falseValues": ["nein"]},
            {
                "name": "amount",
                "type": "number",
                "decimalChar": ",",
                "constraints": {"minimum": 0, "maximum": "9,5"},
            },
            {
                "name": "day",
                "type": "date",
                "format": "%d.%m.%Y",
                "constraints": {"required": True, "unique": True},
            },
        ],
        "primaryKey": ["id", "day"],
        "missingValues": ["", "-"],
    },
    "checks": {
        "rows": {"minimum": 1, "maximum": 10},
        "missing": {"paid": 0.5},
        "invalid": {"amount": 0},
        "fresh": {"field": "day", "days": 2.5},
        "extraColumns": "allow",
        "missingColumns": "allow",
        "columnOrder": "same",
        "header": True,
    },
}


def with_field(**field):
    return {"schema": {"fields": [{"name": "a"} | field]}}


def with_constraint(kind="string", **constraints):
    return with_field(type=kind, constraints=constraints)


def with_checks(**checks):
    fields = [
        {"name": "a"},
        {"name": "day", "type": "date"},
        {"name": "k", "constraints": {"required": True}},
    ]
    return {"schema": {"fields": fields}, "checks": checks}


def schema(**rest):
    return {"schema": {"fields": [{"name": "a"}]} | rest}


FIELD, CONSTRAINTS = "$.schema.fields[0]", "$.schema.fields[0].constraints"
WRONG = [
    (None, "$"),
    ([], "$"),
    ("text", "$"),
    ({}, "$.schema"),
    ({"schema": []}, "$.schema"),
    ({"schema": {}}, "$.schema.fields"),
    ({"schema": {"fields": []}}, "$.schema.fields"),
    ({"schema": {"fields": {}}}, "$.schema.fields"),
    ({"fields": [1]}, "$.fields[0]"),
    ({"fields": [{"name": "a"}, {"name": "a"}]}, "$.fields[1].name"),
    ({"fields": [{}]}, "$.fields[0].name"),
    ({"fields": [{"name": ""}]}, "$.fields[0].name"),
    ({"fields": [{"name": 3}]}, "$.fields[0].name"),
    ({"schema": {"fields": [{"name": "a"}]}, "check": {}}, "$.check"),
    (schema(foreignKeys=[]), "$.schema.foreignKeys"),
    (schema(fieldsMatch="exact"), "$.schema.fieldsMatch"),
    (schema(primaryKey="b"), "$.schema.primaryKey"),
    (schema(primaryKey=["a", "b"]), "$.schema.primaryKey[1]"),
    (schema(primaryKey=["a", "a"]), "$.schema.primaryKey[1]"),
    (schema(primaryKey=3), "$.schema.primaryKey"),
    (schema(primaryKey=[["a"]]), "$.schema.primaryKey"),
    (schema(missingValues="NA"), "$.schema.missingValues"),
    (schema(missingValues=[0]), "$.schema.missingValues"),
    (schema(missingValues=[str(n) for n in range(101)]), "$.schema.missingValues"),
    (with_field(type="geopoint"), f"{FIELD}.type"),
    (with_field(type=["string"]), f"{FIELD}.type"),
    (with_field(type="text"), f"{FIELD}.type"),
    (with_field(unknown=1), f"{FIELD}.unknown"),
    (with_field(format=3), f"{FIELD}.format"),
    (with_field(format="telephone"), f"{FIELD}.format"),
    (with_field(type="date", format="any"), f"{FIELD}.format"),
    (with_field(type="date", format="%Q"), f"{FIELD}.format"),
    (with_field(type="integer", format="%d"), f"{FIELD}.format"),
    (with_field(decimalChar=","), f"{FIELD}.decimalChar"),
    (with_field(type="integer", decimalChar=","), f"{FIELD}.decimalChar"),
    (with_field(type="number", decimalChar="ab"), f"{FIELD}.decimalChar"),
    (with_field(type="number", decimalChar=""), f"{FIELD}.decimalChar"),
    (with_field(type="number", groupChar="1"), f"{FIELD}.groupChar"),
    (with_field(type="number", groupChar="."), f"{FIELD}.groupChar"),
    (with_field(type="integer", bareNumber="yes"), f"{FIELD}.bareNumber"),
    (with_field(type="boolean", trueValues="yes"), f"{FIELD}.trueValues"),
    (with_field(type="boolean", trueValues=["1"], falseValues=["1"]), f"{FIELD}.trueValues[0]"),
    (with_field(trueValues=["1"]), f"{FIELD}.trueValues"),
    (with_field(constraints=[]), CONSTRAINTS),
    (with_constraint(requird=True), f"{CONSTRAINTS}.requird"),
    (with_constraint(required="yes"), f"{CONSTRAINTS}.required"),
    (with_constraint(unique=1), f"{CONSTRAINTS}.unique"),
    (with_constraint(minimum=1), f"{CONSTRAINTS}.minimum"),
    (with_constraint("integer", minimum="x"), f"{CONSTRAINTS}.minimum"),
    (with_constraint("integer", minimum=1.5), f"{CONSTRAINTS}.minimum"),
    (with_constraint("integer", minimum=True), f"{CONSTRAINTS}.minimum"),
    (with_constraint("integer", minimum=None), f"{CONSTRAINTS}.minimum"),
    (with_constraint("number", minimum="NaN"), f"{CONSTRAINTS}.minimum"),
    (with_constraint("integer", minimum=5, maximum=4), f"{CONSTRAINTS}.maximum"),
    (with_constraint("date", minimum="2024-02-30"), f"{CONSTRAINTS}.minimum"),
    (with_constraint("date", maximum=20240101), f"{CONSTRAINTS}.maximum"),
    (with_constraint(minLength=-1), f"{CONSTRAINTS}.minLength"),
    (with_constraint(maxLength="3"), f"{CONSTRAINTS}.maxLength"),
    (with_constraint(maxLength=True), f"{CONSTRAINTS}.maxLength"),
    (with_constraint(minLength=3, maxLength=2), f"{CONSTRAINTS}.maxLength"),
    (with_constraint("integer", maxLength=3), f"{CONSTRAINTS}.maxLength"),
    (with_constraint(pattern="("), f"{CONSTRAINTS}.pattern"),
    (with_constraint(pattern="(?=a)"), f"{CONSTRAINTS}.pattern"),
    (with_constraint(pattern=3), f"{CONSTRAINTS}.pattern"),
    (with_constraint("integer", pattern="1"), f"{CONSTRAINTS}.pattern"),
    (with_constraint(enum=[]), f"{CONSTRAINTS}.enum"),
    (with_constraint(enum="a"), f"{CONSTRAINTS}.enum"),
    (with_constraint("integer", enum=[1, "x"]), f"{CONSTRAINTS}.enum[1]"),
    (with_constraint(enum=[1]), f"{CONSTRAINTS}.enum[0]"),
    (with_constraint("object", enum=["{}"]), f"{CONSTRAINTS}.enum"),
    (with_checks(rows=5), "$.checks.rows"),
    (with_checks(rows={"min": 1}), "$.checks.rows.min"),
    (with_checks(rows={"minimum": -1}), "$.checks.rows.minimum"),
    (with_checks(rows={"maximum": 1.5}), "$.checks.rows.maximum"),
    (with_checks(rows={"minimum": 2, "maximum": 1}), "$.checks.rows.maximum"),
    (with_checks(missing={"b": 0.1}), "$.checks.missing.b"),
    (with_checks(missing={"a": 5}), "$.checks.missing.a"),
    (with_checks(missing={"a": "5 %"}), "$.checks.missing.a"),
    (with_checks(missing=0.5), "$.checks.missing"),
    (with_checks(missing={"k": 0.5}), "$.checks.missing.k"),
    (with_checks(invalid={"a": -0.1}), "$.checks.invalid.a"),
    (with_checks(invalid={"a": float("nan")}), "$.checks.invalid.a"),
    (with_checks(fresh={"field": "b", "days": 1}), "$.checks.fresh.field"),
    (with_checks(fresh={"field": "a", "days": 1}), "$.checks.fresh.field"),
    (with_checks(fresh={"field": "day"}), "$.checks.fresh.days"),
    (with_checks(fresh={"field": "day", "days": 0}), "$.checks.fresh.days"),
    (with_checks(fresh="day"), "$.checks.fresh"),
    (with_checks(extraColumns=True), "$.checks.extraColumns"),
    (with_checks(missingColumns="ok"), "$.checks.missingColumns"),
    (with_checks(columnOrder=["a"]), "$.checks.columnOrder"),
    (with_checks(header=1), "$.checks.header"),
    (with_checks(rowcount={}), "$.checks.rowcount"),
    (with_checks(fresh=None), "$.checks.fresh"),
]


@pytest.mark.parametrize(("document", "path"), WRONG)
def test_a_wrong_contract_is_refused_with_the_path_of_its_fault(document, path):
    with pytest.raises(ContractRefusedError) as refused:
        read_contract(document)
    assert path in [place for place, _ in refused.value.faults]
    assert all(message for _, message in refused.value.faults)


def test_all_faults_are_said_at_once():
    document = {
        "schema": {"fields": [{"name": "a", "type": "x"}, {"name": ""}]},
        "checks": {"rows": 1},
        "more": 2,
    }
    with pytest.raises(ContractRefusedError) as refused:
        read_contract(document)
    assert [path for path, _ in refused.value.faults] == [
        "$.more",
        "$.schema.fields[0].type",
        "$.schema.fields[1].name",
        "$.checks.rows",
    ]


def test_a_table_schema_alone_is_a_contract():
    contract = read_contract({"fields": [{"name": "id", "type": "integer"}], "primaryKey": "id"})
    assert contract.fields == (Field("id", "integer"),)
    assert contract.primary_key == ("id",)
    assert contract.missing_values == ("",)


def test_checks_of_the_table_are_read():
    contract = read_contract(
        with_checks(
            rows={"minimum": 1, "maximum": 9},
            missing={"a": 0.1},
            invalid={"a": 0},
            columnOrder="same",
            fresh={"field": "day", "days": 7},
            extraColumns="allow",
            missingColumns="allow",
            header=False,
        )
    )
    checks = contract.checks
    assert (checks.least_rows, checks.most_rows) == (1, 9)
    assert (checks.missing, checks.invalid) == ({"a": 0.1}, {"a": 0})
    assert checks.fresh == Freshness("day", 7)
    assert (checks.extra_columns, checks.missing_columns, checks.ordered, checks.header) == (
        True,
        True,
        True,
        False,
    )


def test_bounds_may_be_json_or_the_text_of_a_cell():
    fields = [
        {
            "name": "a",
            "type": "number",
            "decimalChar": ",",
            "constraints": {"minimum": 1.5, "maximum": "2,5"},
        },
        {
            "name": "b",
            "type": "boolean",
            "trueValues": ["yes"],
            "falseValues": ["no"],
            "constraints": {"enum": [True]},
        },
        {"name": "c", "type": "date", "format": "%d.%m.%Y", "constraints": {"minimum": "31.12.2024"}},
    ]
    a, b, c = (field.constraints for field in read_contract({"fields": fields}).fields)
    assert (float(a.minimum), float(a.maximum)) == (1.5, 2.5)
    assert b.enum == (True,)
    assert c.minimum.isoformat() == "2024-12-31"


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["date", "%d", "a"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "schema",
                    "fields",
                    "name",
                    "type",
                    "format",
                    "constraints",
                    "minimum",
                    "enum",
                    "pattern",
                    "required",
                    "checks",
                    "rows",
                    "fresh",
                    "field",
                    "days",
                    "missing",
                    "a",
                    "primaryKey",
                    "missingValues",
                    "groupChar",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


def published_schema():
    return Draft202012Validator(json.loads(SCHEMA.read_text()))


@pytest.mark.parametrize("document", [document for document, _ in WRONG[:80]])
def test_what_the_published_schema_refuses_is_refused(document):
    """The schema cannot say all that is wrong; what it says is."""
    if not published_schema().is_valid(document):
        with pytest.raises(ContractRefusedError):
            read_contract(document)


@given(JSON)
def test_what_is_a_contract_is_one_by_the_published_schema(document):
    try:
        read_contract(document)
    except ContractRefusedError:
        return
    published_schema().validate(document)


def test_the_published_schema_takes_a_contract_that_says_all_it_can():
    published_schema().validate(EVERYTHING)
    read_contract(EVERYTHING)


@given(JSON)
def test_no_document_breaks_the_reading(document):
    """Whatever JSON it is: a contract, or faults with paths."""
    faults = []
    try:
        read_contract(document)
    except ContractRefusedError as error:
        faults = error.faults
    assert all(path.startswith("$") for path, _ in faults)
    json.dumps(faults)
