"""The profile against DuckDB on tables that Hypothesis makes, and against a generator's own knowledge."""

import csv
import io
import math
import random
from datetime import date, datetime, timedelta

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tables import profile_of

MISSING = st.just("")
DIRT = st.sampled_from(["oops", "n/k", "12 apples", "20x4-01-01", "tru", "--5"])
CELLS = {
    "int": st.integers(-(10**17), 10**17).map(str),
    "float": st.floats(-1e12, 1e12, allow_nan=False).map(
        lambda value: f"{value:.{abs(hash(value)) % 7 + 1}f}"
    ),
    "bool": st.sampled_from(["true", "false"]),
    "date": st.dates(date(1900, 1, 1), date(2199, 12, 31)).map(str),
    "datetime": st.datetimes(datetime(1900, 1, 1), datetime(2199, 12, 31)).map(
        lambda moment: moment.isoformat(" ", "seconds")
    ),
    "string": st.text(
        st.characters(
            exclude_characters="\ufeff", exclude_categories=("Cs", "Cc"), include_characters="\n\t"
        ),
        min_size=1,
        max_size=20,
    ).map("~".__add__),
}
DUCKDB_TYPES = {
    "int": "HUGEINT",
    "float": "DOUBLE",
    "bool": "BOOLEAN",
    "date": "DATE",
    "datetime": "TIMESTAMP",
    "string": "VARCHAR",
}


@st.composite
def tables(draw):
    """Draw columns of known types, mostly clean: at most one cell in ten is dirt."""
    rows = draw(st.integers(10, 60))
    columns = []
    for kind in draw(st.lists(st.sampled_from(list(CELLS)), min_size=1, max_size=5)):
        cells = draw(st.lists(CELLS[kind], min_size=rows, max_size=rows))
        missing = draw(st.sets(st.integers(0, rows - 1), max_size=rows // 2))
        dirty = draw(st.sets(st.integers(0, rows - 1), max_size=(rows - len(missing)) // 10)) - missing
        columns.append(
            (
                kind,
                ["" if i in missing else draw(DIRT) if i in dirty else cell for i, cell in enumerate(cells)],
            )
        )
    return columns


@pytest.fixture(scope="module")
def database():
    with duckdb.connect() as connection:
        connection.execute("SET threads = 1")
        yield connection


@settings(max_examples=250)
@given(tables(), st.sampled_from([",", ";", "\t"]), st.sampled_from(["\n", "\r\n"]))
def test_figures_equal_those_of_duckdb(tmp_path_factory, database, table, delimiter, line_end):
    """
    By DuckDB's own reader and casts.

    Rows, missing, invalid, extremes, sum, mean, deviation and distinct values of every column.
    """
    path = tmp_path_factory.mktemp("oracle") / "t.csv"
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator=line_end)
    writer.writerow([f"c{i}" for i in range(len(table))])
    writer.writerows(zip(*(cells for _, cells in table), strict=True))
    path.write_bytes(out.getvalue().encode())

    profile = profile_of(path.read_bytes(), delimiter=delimiter, header=True, quote='"')

    columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(len(table)))
    database.execute(
        f"CREATE OR REPLACE TABLE t AS SELECT * FROM read_csv('{path}', delim='{delimiter}', header=true, "
        "quote='\"', "
        f"columns={{{columns}}}, auto_detect=false, nullstr='')"
    )
    assert profile.row_count == database.execute("SELECT count(*) FROM t").fetchone()[0]
    for i, (kind, _) in enumerate(table):
        compare(database, profile.columns[i], kind, f"c{i}")


def compare(database, column, kind, name):
    """Compare one column; *kind* is the type its cells were drawn from."""
    as_type = f"try_cast({name} AS {DUCKDB_TYPES[kind]})"
    missing, present, parsed, distinct = database.execute(
        f"SELECT count(*) - count({name}), count({name}), count({as_type}), count(DISTINCT {name}) FROM t"
    ).fetchone()
    assert (missing, present, distinct) == (column.missing.count, column.count, column.distinct.count)
    if present == 0:
        return
    if kind == "float" and column.type == "int":  # every drawn cell has a point
        raise AssertionError
    assert kind == column.type
    if kind == "string":
        assert database.execute(f"SELECT min(length({name})), max(length({name})) FROM t").fetchone() == (
            column.texts.min_length,
            column.texts.max_length,
        )
        return
    assert present - parsed == column.invalid.count
    low, high = database.execute(f"SELECT min({as_type}), max({as_type}) FROM t").fetchone()
    if kind in ("date", "datetime"):
        assert (low.isoformat(), high.isoformat()) == (column.moments.min, column.moments.max)
    if kind in ("int", "float"):
        compare_numbers(database, column.numbers, as_type, low, high)


def compare_numbers(database, numbers, as_type, low, high):
    total, mean, deviation, zeros, negatives = database.execute(
        f"SELECT sum({as_type}), avg({as_type}), stddev_samp({as_type}), count(*) FILTER ({as_type} = 0), "
        f"count(*) FILTER ({as_type} < 0) FROM t"
    ).fetchone()
    assert (low, high, zeros, negatives) == (numbers.min, numbers.max, numbers.zeros, numbers.negatives)
    scale = max(abs(low), abs(high), 1)
    assert math.isclose(total, numbers.sum, rel_tol=1e-12, abs_tol=scale * 1e-12)
    assert math.isclose(mean, numbers.avg, rel_tol=1e-12, abs_tol=scale * 1e-12)
    if deviation is not None:
        assert math.isclose(deviation, numbers.std, rel_tol=1e-9, abs_tol=scale * 1e-9)


ROWS = 120_000


def known_table():
    """Make a table of several blocks and, by plain Python, what its profile must say."""
    pick = random.Random(7)
    truth = {"missing": [0] * 4, "invalid": [[] for _ in range(4)], "ints": [], "cents": [], "days": []}
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["n", "price", "day", "word"])
    for i in range(ROWS):
        n, cents, day = (
            pick.randint(-(10**9), 10**9),
            pick.randint(0, 10**7),
            date(2020, 1, 1) + timedelta(days=pick.randint(0, 1500)),
        )
        cells = [
            str(n),
            f"{cents // 100}.{cents % 100:02}",
            day.isoformat(),
            pick.choice(["oak", 'el"m', "a,sh", "two\nlines", "böck"]),
        ]
        for c in range(3):
            luck = pick.random()
            if luck < 0.02:
                cells[c] = pick.choice(["", "N/A", "null"])
                truth["missing"][c] += 1
            elif luck < 0.025:
                cells[c] = f"bad {i}"
                truth["invalid"][c].append((i + 2, cells[c]))
            else:
                truth[("ints", "cents", "days")[c]].append((n, cents, day)[c])
        writer.writerow(cells)
    return out.getvalue().encode(), truth


def test_every_figure_of_a_known_table_is_found():
    """Rows, missing and invalid cells with the first examples, exact sums, quantiles within their errors."""
    data, truth = known_table()

    profile = profile_of(data)

    assert (ROWS, len(data), None) == (profile.row_count, profile.bytes, profile.fault)
    n, price, day, word = profile.columns
    assert ["int", "float", "date", "string"] == [column.type for column in profile.columns]
    assert truth["missing"] == [column.missing.count for column in profile.columns]
    assert [len(invalid) for invalid in truth["invalid"]] == [
        column.invalid.count for column in profile.columns
    ]
    for column, invalid in zip((n, price, day), truth["invalid"], strict=False):
        assert invalid[:5] == [(e.row, e.text) for e in column.invalid.examples]
        assert all(data[e.byte_offset :].startswith(e.text.encode()) for e in column.invalid.examples)
    assert (min(truth["ints"]), max(truth["ints"]), sum(truth["ints"])) == (
        n.numbers.min,
        n.numbers.max,
        n.numbers.sum,
    )
    assert (min(truth["cents"]) / 100, sum(truth["cents"]) / 100) == (price.numbers.min, price.numbers.sum)
    assert (min(truth["days"]).isoformat(), max(truth["days"]).isoformat()) == (
        day.moments.min,
        day.moments.max,
    )
    assert {"oak", 'el"m', "a,sh", "two\nlines", "böck"} == {top.text for top in word.top_values}
    cells = sorted(truth["cents"])
    for quantile in price.numbers.quantiles:
        exact = cells[math.ceil(quantile.q * len(cells)) - 1] / 100
        assert abs(exact - quantile.value) <= quantile.error * (1 + 1e-9)
