"""The report of a table: complete, safe whatever the file holds, and bounded."""

import json
import random
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sluice.tables.report.building import LARGEST_REPORT, report_of
from sluice.tables.summaries import summary_of
from tests.tables import mixed_table, profile_of

VOID = {"meta", "input"}
CHANGES = {
    "dataset": "sales/orders_*.csv",
    "previous_key": "sales/orders_2026-10.csv",
    "changes": [{"message": "The column x is gone."}],
}
HOSTILE = '<script>alert(1)</script>" onload="alert(2)\' & </table>'


class Parsed(HTMLParser):
    """What a report holds: its elements, its text, its ids; a wrongly nested element is an error."""

    def __init__(self, report):
        super().__init__()
        self.open, self.elements, self.words = [], [], []
        self.feed(report.decode())
        assert not self.open, self.open

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] not in ("style", "script"):
            self.words.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


def summary_for(profile, **more):
    """Return what is published of a profile."""
    message = profile.fault.message if profile.fault else None
    file = {"bucket": "inbox", "key": f"uploads/{profile.name}", "size": profile.bytes}
    return json.loads(json.dumps(summary_of(profile, file, message=message) | more))


def report_on(data, **more):
    return Parsed(report_of(summary_for(profile_of(data), **more)))


def test_a_report_shows_what_the_profile_holds():
    """Rows, types, quantiles, frequent values, invalid cells with their places, missing tokens."""
    rows = [f"{i},{'red' if i % 3 else 'blue'},{i * 1.5 if i != 7 else 'many'}" for i in range(100)]
    data = "id,colour,price\n" + "\n".join(rows) + "\n100,n/a,\n"
    report = report_on(data)

    for words in (
        "Rows 101",
        "1 invalid cell: not of type float",
        "1 missing cell, written as n/a",
        "median",
    ):
        assert words in report.text
    assert f"9 {data.index('many')} many" in report.text, "row and byte stand beside the invalid cell"
    assert [attributes["id"] for attributes in report.all("article")] == ["column-1", "column-2", "column-3"]
    told = [attributes.get("aria-label", "") for attributes in report.all("svg")]
    assert sum(words.startswith("Histogram of") for words in told) == 2


def test_nothing_that_a_file_holds_becomes_markup():
    """Neither in labels, cells and file names nor in breaches and changes; a policy forbids the rest."""
    cell = '"' + HOSTILE.replace('"', '""') + '"'
    data = f"{cell},n\n" + "".join(f"{cell},{n}\n" for n in range(20)) + f"x,{cell}\n"
    breach = {"code": HOSTILE, "message": HOSTILE, "row": 2, "column": HOSTILE, "cell": HOSTILE}
    contract = {
        "verdict": "rejected",
        "id": HOSTILE,
        "version": 1,
        "totals": {HOSTILE: 1},
        "breaches": [breach],
    }
    changes = {"dataset": HOSTILE, "previous_key": HOSTILE, "changes": [{"message": HOSTILE}]}
    summary = summary_for(profile_of(data), contract=contract, changes=changes)
    summary["profile"]["name"] = summary["error_message"] = HOSTILE

    report = Parsed(report_of(summary))

    assert len(report.all("script")) == 1
    assert not any(name.startswith("on") for _, attributes in report.elements for name in attributes)
    assert report.text.count("<script>alert(1)</script>") >= 10
    [policy] = [meta["content"] for meta in report.all("meta") if "http-equiv" in meta]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_a_report_refers_to_nothing_outside_itself():
    """Every link leads to a place within it that exists, and every name is given once."""
    report = report_on(mixed_table(300))
    ids = [attributes["id"] for _, attributes in report.elements if "id" in attributes]

    assert len(ids) == len(set(ids))
    links = [attributes["href"] for _, attributes in report.elements if "href" in attributes]
    assert links
    assert {link.removeprefix("#") for link in links} <= set(ids)
    assert not any("src" in attributes or "style" in attributes for _, attributes in report.elements)
    named = [
        attributes["aria-labelledby"] for _, attributes in report.elements if "aria-labelledby" in attributes
    ]
    assert set(named) <= set(ids)


def test_every_table_has_a_caption_and_every_heading_says_of_what():
    report = report_on(mixed_table(300))

    assert len(report.all("table")) == len(report.all("caption")) > 5
    assert all(heading.get("scope") in ("col", "row") for heading in report.all("th"))


def test_invisible_characters_are_shown():
    """A control character is its picture; a text from right to left stays within its cell."""
    report = report_of(summary_for(profile_of('a,b\n"x\x01\ty",1\n"x\x01\ty",1\n"\u202eevil",2\n')))

    assert "x\u2401\u2409y" in report.decode()
    assert b'<code dir="auto">' in report


@pytest.mark.parametrize(
    "data",
    [
        b"", b"a,b\n", b"a\n\n\n", b"<html>", b'a,b\n1,"2\n', b"\x1f\x8b\x08", b"d\n01/02/2024\n",
        b"a,a\n,\n,\n", b"a\n1e308\n1e308\n", b"a\n9999-12-31\n0001-01-01\n", b"t\n10:20\n23:59:59.5\n",
        b"a\n5\n5\n", b"a\n-1e-300\n1e300\n",
    ],
)  # fmt: skip
def test_whatever_becomes_of_a_table_has_a_report(data):
    assert report_on(data).all("h1")


@settings(max_examples=60)
@given(st.lists(st.lists(st.text(max_size=12), min_size=3, max_size=3), max_size=12))
def test_any_cells_make_a_well_formed_report(rows):
    quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]

    report_on("\n".join(["a,b,c", *quoted]).encode("utf-8", "replace"))


def test_a_fault_is_told_first_and_says_what_was_read_before_it():
    report = report_on(b"a,b\n" + b"1,2\n" * 50 + b'3,"4\n')

    assert "This file has an error The quote that opens in row 52" in report.text
    assert "50 rows before that place" in report.text
    assert report.text.index("This file has an error") < report.text.index("What to look at")


def test_a_verdict_and_changes_are_shown_where_a_summary_has_them():
    breach = {"code": "required", "message": "is missing", "row": 1234, "column": "id", "cell": None}
    contract = {
        "id": "orders",
        "version": 3,
        "verdict": "rejected",
        "totals": {"required": 2},
        "breaches": [breach],
    }
    told = report_on("id\n1\n2\n", contract=contract, changes=CHANGES).text
    silent = report_on("id\n1\n2\n").text

    for words in (
        "Contract: rejected",
        "contract orders, version 3",
        "1,234 id is missing",
        "The column x is gone.",
    ):
        assert words in told
    assert "Contract" not in silent
    assert "Changed since" not in silent


def test_five_hundred_columns_of_numbers_stay_below_the_limit():
    """In full detail a column takes 6 kB; many columns are shown with less."""
    pick = random.Random(5)
    rows = [",".join(f"{pick.gauss(0, 1e6):.4f}" for _ in range(500)) for _ in range(100)]
    profile = profile_of("\n".join([",".join(f"measure_{n}" for n in range(500)), *rows]))

    report = report_of(summary_for(profile))

    assert len(report) < LARGEST_REPORT
    assert len(Parsed(report).all("article")) == 500


def test_the_worst_of_tables_stays_below_the_limit():
    """As many columns as are read, of texts in which every character needs an entity, all long and wrong."""
    pick = random.Random(6)
    label = ",".join(f"{n}{'&' * 300}" for n in range(512))
    typed = [",".join(f"{pick.randint(0, 99)}" for _ in range(512)) for _ in range(95)]
    wrong = [",".join("&" * 150 for _ in range(512)) for _ in range(5)]
    profile = profile_of("\n".join([label, *typed, *wrong]))

    report = report_of(summary_for(profile))

    assert profile.fault is None
    assert len(report) < LARGEST_REPORT
    assert len(Parsed(report).all("article")) == 512
