"""A table is held against its contract in one pass, as by a naive check row by row, whatever the chunks."""

import csv
import io
import tracemalloc
from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sluice.contracts.check_plans import plan_of
from sluice.contracts.checking import VALUE_CODES, ContractCheck
from sluice.contracts.field_checking import field_check
from sluice.contracts.key_records import KeyRecords
from sluice.contracts.reading import ContractRefusedError, read_contract
from sluice.tables.csv_profiling import profile_stream

ARRIVED = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Chunks:
    """A stream that hands out pieces of a given size."""

    def __init__(self, data, size):
        self.data, self.size = io.BytesIO(data), size

    def read(self, _):
        return self.data.read(self.size)


def check(text, document, *, chunk=1 << 20, directory=None):
    contract_check = ContractCheck(read_contract(document), arrived=ARRIVED, directory=directory)
    data = text.encode() if isinstance(text, str) else text
    profile = profile_stream(Chunks(data, chunk), check=contract_check)
    return contract_check.verdict(profile)


def codes(verdict):
    return [(one.code, one.row, one.column) for one in verdict.breaches]


def schema(*fields, **checks):
    rest = {name: checks.pop(name) for name in ("primaryKey", "missingValues") if name in checks}
    return {"schema": {"fields": list(fields)} | rest, "checks": checks}


def field(name, kind="string", **constraints):
    return {"name": name, "type": kind, "constraints": constraints}


def test_a_table_that_holds_to_its_contract_is_accepted():
    verdict = check(
        "id,name\n1,Ann\n2,Bob\n", schema(field("id", "integer", unique=True), field("name", required=True))
    )
    assert verdict.accepted
    assert verdict.totals == {}
    assert verdict.breaches == ()


def test_a_breach_says_code_row_column_cell_and_byte():
    verdict = check("id,name\n1,Ann\nx,Bob\n", schema(field("id", "integer"), field("name")))
    (breach,) = verdict.breaches
    assert (breach.code, breach.row, breach.column, breach.cell, breach.byte_offset) == (
        "type",
        3,
        "id",
        "x",
        14,
    )
    assert verdict.sentence() == "The file breaks its contract in row 3, column 'id': 'x' is not an integer."
    assert not verdict.accepted


@pytest.mark.parametrize(
    ("text", "document", "expected"),
    [
        ("a\n", schema(field("a"), rows={"minimum": 1}), [("too-few-rows", None, None)]),
        ("a\n1\n2\n", schema(field("a"), rows={"maximum": 1}), [("too-many-rows", None, None)]),
        ("a,b\n1,2\n", schema(field("a")), [("extra-column", None, "b")]),
        ("a,b\n1,2\n", schema(field("a"), extraColumns="allow"), []),
        ("b\n1\n", schema(field("a"), field("b")), [("missing-column", None, "a")]),
        ("b\n1\n", schema(field("a"), field("b"), missingColumns="allow"), []),
        ("a,a\n1,2\n", schema(field("a")), [("duplicate-column", None, "a")]),
        ("b,a\n1,2\n", schema(field("a"), field("b")), []),
        ("b,a\n1,2\n", schema(field("a"), field("b"), columnOrder="same"), [("column-order", None, "b")]),
        ("a,b\n1\n2,3,4\n", schema(field("a"), field("b")), [("short-row", 2, None), ("long-row", 3, None)]),
        ("a,b\n1\n", schema(field("a"), field("b", required=True)), [("short-row", 2, None)]),
        ('a\n""\nx\n', schema(field("a", required=True)), [("required", 2, "a")]),
        (
            "a,b\nNA,1\n",
            schema(field("a", required=True), field("b"), missingValues=["NA"]),
            [("required", 2, "a")],
        ),
        (
            "a,b\n,1\n,2\nx,3\n",
            schema(field("a"), field("b"), missing={"a": 0.5}),
            [("missing-share", None, "a")],
        ),
        ("a,b\n,1\nx,2\n", schema(field("a"), field("b"), missing={"a": 0.5}), []),
        (
            "k\n1\n01\n2\n1.0\n",
            schema(field("k", "number", unique=True)),
            [("unique", 3, "k"), ("unique", 5, "k")],
        ),
        ("k,b\nx,1\n,2\n,3\nx,4\n", schema(field("k", unique=True), field("b")), [("unique", 5, "k")]),
        ('k\nx\n"x"\n', schema(field("k"), primaryKey="k"), [("primary-key", 3, "k")]),
        (
            "k,l\n1,2\n12,\n1,2\n,12\n",
            schema(field("k"), field("l"), primaryKey=["k", "l"]),
            [("required", 3, "l"), ("primary-key", 4, "k, l"), ("required", 5, "k")],
        ),
        (
            "day\n2026-03-01\n2026-02-01\n",
            schema(field("day", "date"), fresh={"field": "day", "days": 1}),
            [],
        ),
        (
            "day\n2026-02-27\n",
            schema(field("day", "date"), fresh={"field": "day", "days": 1}),
            [("not-fresh", None, "day")],
        ),
        (
            "day\nx\n",
            schema(field("day", "date"), fresh={"field": "day", "days": 1}),
            [("not-fresh", None, "day"), ("type", 2, "day")],
        ),
        (
            "at\n2026-03-02T08:30:00Z\n",
            schema(field("at", "datetime"), fresh={"field": "at", "days": 0.1}),
            [],
        ),
        ("1,Ann\nx,Bob\n", schema(field("id", "integer"), field("name"), header=False), [("type", 2, "id")]),
        (
            "1,Ann,2\n",
            schema(field("id", "integer"), field("name"), header=False),
            [("extra-column", None, "column 3")],
        ),
        ("", schema(field("a")), [("unreadable", 1, None)]),
        ('a,b\n1,"2\n', schema(field("a"), field("b")), [("unreadable", 2, None)]),
        ("%PDF-1.7", schema(field("a")), [("unreadable", None, None)]),
    ],
)
def test_checks_of_the_table(text, document, expected):
    assert codes(check(text, document)) == expected


def test_invalid_cells_within_their_share_do_not_reject():
    table = "a,b\n" + "x,1\n" * 9
    allowed = schema(field("a", "integer"), field("b"), invalid={"a": 1})
    verdict = check(table, allowed)
    assert (verdict.accepted, verdict.totals, verdict.tolerated) == (True, {"type": 9}, 9)
    allowed["checks"]["invalid"]["a"] = 0.5
    verdict = check(table, allowed)
    assert not verdict.accepted
    assert verdict.totals == {"invalid-share": 1, "type": 9}


def test_what_is_tolerated_is_not_told_as_the_reason_for_a_rejection():
    """It comes last, and is not counted among the further breaches."""
    table = "id,mail\n" + "1,a@b.de\n" * 8 + "8,none\nx,none\n7,none\n-1,a@b.de\n"
    mail = field("mail") | {"format": "email"}
    document = schema(field("id", "integer", minimum=0), mail, invalid={"mail": 0.5})

    verdict = check(table, document)

    assert codes(verdict) == [
        ("type", 11, "id"), ("minimum", 13, "id"), *[("type", row, "mail") for row in (10, 11, 12)],
    ]  # fmt: skip
    assert verdict.sentence() == (
        "The file breaks its contract in row 11, column 'id': 'x' is not an integer; 1 more breach."
    )


def test_a_format_may_have_a_zone():
    """Its moments are compared in UTC."""
    at = field("at", "datetime", minimum="2024-01-01 00:00:00+0000") | {"format": "%Y-%m-%d %H:%M:%S%z"}

    verdict = check("at\n2024-01-01 01:00:00+0100\n2024-01-01 00:30:00+0100\n", schema(at))

    assert codes(verdict) == [("minimum", 3, "at")]


@pytest.mark.parametrize(
    ("kind", "format_", "said"),
    [
        ("date", "default", "is not a date such as 2026-12-31"),
        ("date", "%m/%d/%Y", "is not a date such as 12/31/2026"),
        ("datetime", "default", "is not a datetime such as 2026-12-31T18:30:00Z"),
        ("time", "%I:%M %p", "is not a time such as 06:30 PM"),
    ],
)
def test_a_date_that_is_none_is_told_by_example(kind, format_, said):
    """Its sender need not know how formats are spelled, or that there is a default."""
    (breach,) = check("at\n1 May\n", schema(field("at", kind) | {"format": format_})).breaches

    assert breach.message == said


def test_shares_and_numbers_of_rows_are_told_as_a_person_would():
    """Neither 33.3333% nor one rows."""
    document = schema(field("a", "integer"), invalid={"a": 0.01}, rows={"minimum": 5})

    first, second, _ = check("a\nx\n1\n2\n", document).breaches

    assert first.message == "has 33.3333 % invalid cells where 1 % are allowed"
    assert second.message == "has 3 rows; the least is 5"


def test_breaches_are_bounded_and_their_totals_exact():
    columns = 15
    header = ",".join(f"c{i}" for i in range(columns))
    rows = 5_000
    verdict = check(
        f"{header}\n" + (",".join(["x"] * columns) + "\n") * rows,
        schema(*(field(f"c{i}", "integer") for i in range(columns))),
    )
    assert verdict.totals == {"type": columns * rows}
    assert len(verdict.breaches) == 1000
    assert max(Counter(one.column for one in verdict.breaches).values()) == 100


def test_many_missing_cells_are_counted_exactly():
    verdict = check("a,b\n" + ",1\n" * 30_000, schema(field("a", required=True), field("b")))
    assert verdict.totals == {"required": 30_000}
    assert len(verdict.breaches) == 100


def test_a_long_cell_is_shortened():
    verdict = check(f"a\n{'x' * 5000}\n", schema(field("a", maxLength=10)))
    assert len(verdict.breaches[0].cell) == 120


# Against a naive oracle.

KINDS = {
    "string": ["a", "b", "abc", "éé", "x y", " a ", "", "NA", "a,b", 'q"q', "1"],
    "integer": ["1", "01", "+1", "-7", " 2 ", "99999999999999999999", "x", "1.0", "", "NA", "5", "6", "5e0"],
    "number": [
        "1",
        "1.0",
        "1.50",
        "1.5",
        "-0",
        "0",
        "1e0",
        "10e-1",
        "0.1",
        "0.10000000000000000001",
        "NaN",
        "INF",
        "x",
        "",
        "1.",
    ],
    "boolean": ["true", "0", "1", "yes", "", " TRUE "],
    "date": ["2024-02-29", "2023-02-29", "2024-01-01", " 2024-12-31 ", "x", ""],
    "datetime": [
        "2024-01-01T00:00:00",
        "2024-01-01T00:00:00Z",
        "2024-01-01T01:00:00+02:00",
        "2024-01-01T00:00:00.5",
        "2024",
        "",
    ],
    "time": ["10:00:00", "24:00:00", "23:59:59", ""],
    "year": ["2024", "0000", "1999", "x"],
    "yearmonth": ["2024-01", "2024-13", ""],
    "any": ["x", ""],
}
BOUNDS = {
    "integer": ["1", "5", "0"],
    "number": ["0", "0.1", "1.5", "1"],
    "date": ["2024-01-01", "2024-02-29"],
    "datetime": ["2024-01-01T00:00:00Z", "2024-01-01T00:00:00.25Z", "2023-12-31T23:00:00"],
    "time": ["10:00:00"],
    "year": ["2000", "2024"],
    "yearmonth": ["2024-01"],
}


@st.composite
def constraints(draw, kind):
    found = {}
    for name in ("required", "unique"):
        if draw(st.integers(0, 3)) == 0:
            found[name] = True
    for name in ("minimum", "maximum"):
        if kind in BOUNDS and draw(st.booleans()):
            found[name] = draw(st.sampled_from(BOUNDS[kind]))
    if kind == "string":
        for name in ("minLength", "maxLength"):
            if draw(st.integers(0, 2)) == 0:
                found[name] = draw(st.integers(0, 3))
    if kind in ("string", "any") and draw(st.integers(0, 2)) == 0:
        found["pattern"] = draw(st.sampled_from(["[a-c]*", r"\w+", ".{1,2}", "(?i)A.*", "[^é]*"]))
    if kind in ("string", "integer", "number", "date") and draw(st.integers(0, 3)) == 0:
        good = {
            "string": ["a", "éé", "1"],
            "integer": ["1", "5"],
            "number": ["1.5", "0"],
            "date": ["2024-01-01"],
        }
        found["enum"] = good[kind]
    return found


def refused(document):
    try:
        read_contract(document)
    except ContractRefusedError:
        return True
    return False


@st.composite
def tables(draw):
    names = ["a", "b", "c"][: draw(st.integers(1, 3))]
    fields = []
    for name in names:
        kind = draw(st.sampled_from(list(KINDS)))
        fields.append({"name": name, "type": kind, "constraints": draw(constraints(kind))})
    row = st.tuples(*(st.sampled_from(KINDS[one["type"]]) for one in fields))
    rows = draw(st.lists(row, max_size=25))
    document = {"fields": fields, "missingValues": draw(st.sampled_from([[""], ["", "NA"], ["NA"], []]))}
    if draw(st.booleans()):
        document["primaryKey"] = names[: draw(st.integers(1, len(names)))]
    assume(not refused(document))
    return document, [[*row, "end"] for row in rows]  # the last cell keeps rows from being blank


def by_value(one, text):
    if one.type in ("integer", "number"):
        try:
            value = Decimal(text.strip(" \t"))
            return (
                (value.normalize() if value.is_finite() and value else Decimal(0))
                if value.is_finite()
                else text.strip()
            )
        except ArithmeticError:
            return text.strip(" \t")
    return text if one.type in ("string", "any") else text.strip(" \t")


def naive(document, rows):
    """Row by row and cell by cell, with nothing but FieldCheck and sets."""
    contract = read_contract(document)
    checks = [field_check(one, contract) for one in contract.fields]
    found = []
    seen = {names: set() for names in contract.keys}
    order = [one.field.name for one in checks]
    for number, row in enumerate(rows, start=2):
        cells = dict(zip(order, row, strict=False))
        for one in checks:
            found += [(code, number, one.field.name) for code, _ in one.faults(cells[one.field.name])]
        for names, values in seen.items():
            if any(cells[name] in contract.missing_values for name in names):
                continue
            key = tuple(by_value(checks[order.index(name)].field, cells[name]) for name in names)
            if key in values:
                code = "primary-key" if names == contract.primary_key else "unique"
                found.append((code, number, ", ".join(names)))
            values.add(key)
    return found


@settings(max_examples=400)
@given(tables(), st.sampled_from([1, 7, 64, 1 << 20]), st.booleans())
def test_the_check_equals_a_naive_one_on_any_table_contract_and_chunks(table, chunk, quoted):
    document, rows = table
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL)
    writer.writerow([*(one["name"] for one in document["fields"]), "end"])
    writer.writerows(rows)
    verdict = check(text.getvalue(), {"schema": document, "checks": {"extraColumns": "allow"}}, chunk=chunk)
    expected = naive(document, rows)
    assert Counter(codes(verdict)) == Counter(expected)
    assert verdict.totals == dict(sorted(Counter(code for code, _, _ in expected).items()))
    assert verdict.accepted == (not expected)
    assert {code for code, _, _ in expected} <= VALUE_CODES | {"required", "unique", "primary-key"}


PIECES = st.sampled_from(
    [b"a", b"1", b"-5", b"2.5", b"2024-01-01", b" ", b"\xc3\xa9", b"\xff", b"\xe2\x82", b"\x80\x80", b'""']
)
BYTES = st.lists(PIECES, max_size=4).map(b"".join)


@st.composite
def tables_of_bytes(draw):
    kind = draw(st.sampled_from(list(KINDS)))
    document = {"fields": [{"name": "a", "type": kind, "constraints": draw(constraints(kind))}]}
    assume(not refused(document))
    cells = draw(st.lists(BYTES, max_size=20))
    return document, b'a,end\n"\xc3\xa9",x\n' + b"".join(b'"' + cell + b'",x\n' for cell in cells)


@settings(max_examples=400)
@given(tables_of_bytes())
def test_the_scanner_passes_nothing_that_the_judge_would_not(table):
    """Whatever the bytes, valid UTF-8 or not: had every cell gone to the judge, the verdict were the same."""
    document, data = table
    contract = {"schema": document, "checks": {"extraColumns": "allow"}}
    planned = check(data, contract)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sluice.contracts.checking.plan_of", partial(plan_of, judge=True))
        assert check(data, contract) == planned


# Keys beyond memory.


def table_of_keys(rows, repeated):
    lines = [f"{row * 7919 % 1_000_003}-{row}" for row in range(rows)]
    for late, early in repeated:
        lines[late] = lines[early]
    return ("k\n" + "\n".join(lines) + "\n").encode()


def test_repetitions_beyond_memory_are_found_exactly(monkeypatch, tmp_path):
    """With blocks of 1,000 records, so that 20,000 rows go to disk in twenty."""
    monkeypatch.setattr("sluice.contracts.checking.RECORDS_IN_MEMORY", 1_000)
    repeated = [(5_000, 3), (19_999, 0), (6, 5), (12_345, 12_344), (18_000, 3)]
    verdict = check(table_of_keys(20_000, repeated), schema(field("k", unique=True)), directory=str(tmp_path))
    expected = sorted((late + 2, early + 2) for late, early in repeated)
    assert [(one.row, one.message) for one in verdict.breaches] == [
        (late, f"repeats row {early:,}") for late, early in expected
    ]
    assert verdict.totals == {"unique": 5}
    assert list(tmp_path.iterdir()) == []


def test_every_row_repeated_is_counted_exactly_and_kept_in_bounds(monkeypatch):
    monkeypatch.setattr("sluice.contracts.checking.RECORDS_IN_MEMORY", 1_000)
    verdict = check(b"k\n" + b"same\n" * 30_000, schema(field("k", unique=True)))
    assert verdict.totals == {"unique": 29_999}
    assert [one.row for one in verdict.breaches] == list(range(3, 103))


def test_a_disk_without_room_rejects_and_says_so(monkeypatch):
    monkeypatch.setattr("sluice.contracts.checking.RECORDS_IN_MEMORY", 100)
    monkeypatch.setattr("sluice.contracts.key_records.DISK_RESERVE", 1 << 60)
    verdict = check(table_of_keys(1_000, []), schema(field("k", unique=True)))
    assert codes(verdict) == [("unchecked", None, "k")]
    assert not verdict.accepted


def test_the_memory_of_keys_on_disk_is_that_of_one_partition(tmp_path):
    """A block of 24 MB is not held twice."""
    records = KeyRecords(str(tmp_path))
    blocks, per_partition = 8, 2_000
    starts = [per_partition * i for i in range(257)]
    for block in range(blocks):
        records.add(bytes([block]) * (starts[-1] * 24), starts)
    tracemalloc.start()
    total, _ = records.repetitions(100)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    records.close()
    assert total == blocks * per_partition * 256 - blocks * 256
    assert peak < 4 * blocks * per_partition * 24
