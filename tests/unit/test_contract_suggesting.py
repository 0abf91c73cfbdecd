"""A proposed contract says what holds for the table on purpose, and the table holds to it."""

import csv
import io
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sluice.contracts.checking import ContractCheck
from sluice.contracts.reading import read_contract
from sluice.contracts.suggesting import loosened, suggest
from sluice.tables.csv_profiling import profile_stream

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def profiled(data, document=None):
    check = ContractCheck(read_contract(document), arrived=NOW) if document else None
    profile = profile_stream(io.BytesIO(data), check=check)
    return profile, check.verdict(profile) if check else None


def suggested(text):
    return suggest(profiled(text.encode())[0])


def column(header, cells):
    return suggested(f"{header},b\n" + "".join(f"{cell},x\n" for cell in cells))["schema"]["fields"][0]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["1", "2", "30"], {"type": "integer", "constraints": {"required": True, "minimum": 0}}),
        (["-1", "2"], {"type": "integer", "constraints": {"required": True}}),
        (["1.5", "2"], {"type": "number", "constraints": {"required": True, "minimum": 0}}),
        (["1.234,50", "2,5"], {"type": "number", "decimalChar": ",", "groupChar": "."}),
        (["$1.50", "$2.50"], {"type": "number", "bareNumber": False}),
        (["true", "false"], {"type": "boolean", "constraints": {"required": True}}),
        (["yes", "no"], {"type": "boolean", "trueValues": ["yes"], "falseValues": ["no"]}),
        (["2024-01-31", "2024-02-29"], {"type": "date", "constraints": {"required": True}}),
        (["31.01.2024", "28.02.2024"], {"type": "date", "format": "%d.%m.%Y"}),
        (["2024-01-31", "28.02.2024"], {"type": "string"}),
        (["2024-01-31T10:20:30Z"], {"type": "datetime"}),
        (["2024-01-31 10:20:30"], {"type": "datetime", "format": "%Y-%m-%d %H:%M:%S"}),
        (["2024-01-31 10:20:30+02:00"], {"type": "datetime", "format": "%Y-%m-%d %H:%M:%S%z"}),
        (["a@b.example"], {"type": "string", "format": "email"}),
        (["https://a.example"], {"type": "string", "format": "uri"}),
        (["00123", "04567"], {"constraints": {"required": True, "pattern": "[0-9]{5}"}}),
        (["new", "paid"] * 5, {"constraints": {"required": True, "enum": ["new", "paid"]}}),
        (["a", "", "b"], {"name": "a", "type": "string"}),
    ],
)
def test_a_column_becomes_a_field(cells, expected):
    found = column("a", [f'"{cell}"' for cell in cells])
    assert expected.items() <= found.items()


def test_what_may_be_missing_is_a_share_with_some_room():
    document = suggested("a,b\n" + "1,x\n" * 90 + "n/a,x\n" * 10)
    assert document["checks"]["missing"] == {"a": 0.15}
    assert document["schema"]["missingValues"] == ["", "n/a"]
    assert "constraints" not in document["schema"]["fields"][0] or not document["schema"]["fields"][0][
        "constraints"
    ].get("required")


def test_a_key_takes_enough_rows_without_repetition():
    rows = [f"{n},{n % 3}" for n in range(30)]
    assert suggested("id,b\n" + "\n".join(rows))["schema"]["primaryKey"] == "id"
    assert "primaryKey" not in suggested("id,b\n" + "\n".join(rows[:5]))["schema"]


def test_labels_that_tell_no_columns_apart_are_left_out():
    document = suggested("a,a,,c\n1,2,3,4\n5,6,7,8\n")
    assert [field["name"] for field in document["schema"]["fields"]] == ["c"]
    assert document["checks"]["extraColumns"] == "allow"


def test_a_table_that_cannot_be_read_has_no_contract():
    with pytest.raises(ValueError, match="empty"):
        suggested("")


CELLS = st.sampled_from(
    [
        *("1", "2", "-3", "007", "1.5", "1,5", "$4", "1e5", "INF", "12%", "(5)", "1 234", " 5 "),
        *("yes", "no", "true", "", "NA", "n/a", "-", " ", "x", "abc", "{}", "[1]", "10:20", "10:20:30"),
        *("2024-01-31", "31/01/2024", "2024-01-31T10:00:00Z", "2024-01-31 10:00", "a@b.example"),
        *("2024-01-31 10:00:00+02:00", "2024-01-31 10:00:00+00", "2024-01-31 10:00 UTC", "1/31/2024"),
        *("https://a.example", "c56a4180-65aa-42ec-a945-5fd21dec0538"),
    ]
)


@settings(max_examples=300)
@given(
    st.lists(st.tuples(*[st.one_of(CELLS, st.just("7"), st.just("2024-01-31"))] * 3), min_size=1, max_size=40)
)
def test_a_table_holds_to_the_contract_that_is_proposed_from_it(rows):
    """After at most three rounds of loosening, whatever is in it."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(
        [["a", "b", "c", "end"], *[(*r, "e") for r in rows]]
    )
    data = text.getvalue().encode()
    profile, _ = profiled(data)
    if not profile.dialect.header:
        return
    document = suggest(profile)
    for _ in range(3):
        profile, verdict = profiled(data, document)
        if verdict.accepted:
            break
        document = loosened(document, verdict, profile)
    assert profiled(data, document)[1].accepted, profiled(data, document)[1]
