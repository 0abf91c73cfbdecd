"""The cells of a field are judged by its type and constraints."""

import pytest

from sluice.contracts.field_checking import field_check
from sluice.contracts.reading import read_contract


def faults(text, **field):
    rest = {"missingValues": field.pop("missing")} if "missing" in field else {}
    contract = read_contract({"fields": [{"name": "a"} | field]} | rest)
    return [code for code, _ in field_check(contract.fields[0], contract).faults(text)]


VALID = {
    "integer": ["0", "-12", "+3", "007", " 5 ", "9" * 30],
    "number": ["1.5", ".5", "5.", "-1e-3", "NaN", "INF", "-INF", "12"],
    "boolean": ["true", "FALSE", "1", "0"],
    "date": ["2024-02-29", "2000-02-29", "0001-01-01", "9999-12-31"],
    "time": ["00:00:00", "23:59:59"],
    "datetime": ["2024-02-29T10:20:30", "2024-01-01T00:00:00Z", "2024-01-01T00:00:00.123456789+02:00"],
    "year": ["2024", "0001"],
    "yearmonth": ["2024-12"],
    "duration": ["P1Y2M3DT4H5M6.5S", "PT1S", "-P3W"],
    "object": ["{}", '{"a": [1]}'],
    "array": ["[]", "[1, {}]"],
    "any": ["", "x"],
    "string": ["x", " "],
}
INVALID = {
    "integer": ["1.0", "1_000", "1,000", "٣", "x", "", "+", "1e3", "0x1"],
    "number": ["1,5", "1 000", "nan", "inf", "e5", "1e", ".", "5 %", "--1"],
    "boolean": ["yes", "tRUE", "2"],
    "date": [
        "2024-02-30",
        "2023-02-29",
        "1900-02-29",
        "0000-01-01",
        "2024-1-1",
        "01/02/2024",
        "2024-01-01T00:00:00",
    ],
    "time": ["24:00:00", "10:20", "10:60:00"],
    "datetime": [
        "2024-01-01",
        "2024-01-01 00:00:00",
        "2024-02-30T00:00:00",
        "2024-01-01T25:00:00",
        "0000-01-01T00:00:00",
    ],
    "year": ["0000", "24", "20245"],
    "yearmonth": ["2024-13", "2024"],
    "duration": ["P", "PT", "1Y", "P1S"],
    "object": ["[]", "{", "1", "[" * 100_000],
    "array": ["{}", "1,2", "[" * 100_000],
}


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in VALID.items() for text in texts])
def test_a_cell_of_its_type_passes(kind, text):
    assert faults(text, type=kind, missing=[]) == []


@pytest.mark.parametrize(
    ("kind", "text"), [(kind, text) for kind, texts in INVALID.items() for text in texts]
)
def test_a_cell_of_another_type_is_a_breach_of_type_and_nothing_else(kind, text):
    assert faults(text, type=kind, missing=[]) == ["type"]


@pytest.mark.parametrize(
    ("text", "field", "expected"),
    [
        ("", {"constraints": {"required": True}}, ["required"]),
        ("", {"constraints": {"minLength": 3}}, []),
        ("NA", {"type": "integer", "missing": ["NA", "-"], "constraints": {"required": True}}, ["required"]),
        ("", {"type": "integer", "missing": ["NA"]}, ["type"]),
        (
            "5",
            {"type": "integer", "constraints": {"minimum": 6, "maximum": 4 + 2, "enum": [6]}},
            ["minimum", "enum"],
        ),
        ("7", {"type": "integer", "constraints": {"maximum": 6}}, ["maximum"]),
        ("0.1", {"type": "number", "constraints": {"minimum": "0.10000000000000000001"}}, ["minimum"]),
        ("NaN", {"type": "number", "constraints": {"minimum": 0}}, ["minimum"]),
        ("1.0", {"type": "number", "constraints": {"enum": [1]}}, []),
        ("ééé", {"constraints": {"minLength": 3, "maxLength": 3}}, []),
        ("éééé", {"constraints": {"maxLength": 3, "pattern": "x+"}}, ["max-length", "pattern"]),
        ("[1, 2]", {"type": "array", "constraints": {"maxLength": 1}}, ["max-length"]),
        (
            "31.12.2024",
            {"type": "date", "format": "%d.%m.%Y", "constraints": {"minimum": "01.01.2025"}},
            ["minimum"],
        ),
        ("12.31.2024", {"type": "date", "format": "%d.%m.%Y"}, ["type"]),
        (
            "1.234,5",
            {"type": "number", "groupChar": ".", "decimalChar": ",", "constraints": {"minimum": "1234,5"}},
            [],
        ),
        ("1.234,5", {"type": "number", "decimalChar": ","}, ["type"]),
        ("EUR 12 %", {"type": "integer", "bareNumber": False}, []),
        ("EUR", {"type": "integer", "bareNumber": False}, ["type"]),
        ("ja", {"type": "boolean", "trueValues": ["ja"], "falseValues": ["nein"]}, []),
        (
            "2024-01-01T00:00:00+02:00",
            {"type": "datetime", "constraints": {"minimum": "2024-01-01T00:00:00Z"}},
            ["minimum"],
        ),
        ("a@b.example", {"format": "email"}, []),
        ("a@b", {"format": "email"}, ["type"]),
        ("https://a.example/x?y", {"format": "uri"}, []),
        ("a b:c", {"format": "uri"}, ["type"]),
        ("c56a4180-65aa-42ec-a945-5fd21dec0538", {"format": "uuid"}, []),
        ("c56a4180", {"format": "uuid"}, ["type"]),
        ("QUJD", {"format": "binary"}, []),
        ("QUJ", {"format": "binary"}, ["type"]),
    ],
)
def test_constraints_are_judged_on_the_value(text, field, expected):
    assert faults(text, **field) == expected


def test_the_fields_of_a_primary_key_are_required():
    contract = read_contract({"fields": [{"name": "a"}], "primaryKey": "a"})
    assert field_check(contract.fields[0], contract).faults("") == (("required", "has no value"),)
