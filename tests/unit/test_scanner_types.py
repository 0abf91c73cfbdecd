"""What a column is said to be, and its figures, for cells whose meaning is known."""

import math
import statistics
from datetime import date, timedelta

import pytest

from tests.tables import column_of, profile_of

UUIDS = [
    "123e4567-e89b-12d3-a456-426614174000",
    "00000000-0000-0000-0000-000000000000",
    "ABCDEF01-2345-6789-ABCD-EF0123456789",
]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["1", "-2", "+3", "0", "123456789012345678"], "int"),
        (["99999999999999999999", "1"], "int"),
        (["1.5", "-.5", "2.", "3"], "float"),
        (["1e3", "2.5E-7", "1"], "float"),
        (["1,234.50", "12.5"], "decimal"),
        (["1.234,50", "12,5"], "decimal"),
        (["$5", "$1,000.25"], "decimal"),
        (["5 €", "-7,25 €"], "decimal"),
        (["12%", "3.5 %"], "decimal"),
        (["(1,234.50)", "12.00"], "decimal"),
        (["1 234 567", "12"], "decimal"),
        (["1\u202f234,5", "12,5"], "decimal"),
        (["1'234.5", "2"], "decimal"),
        (["true", "FALSE", "True"], "bool"),
        (["yes", "no"], "bool"),
        (["Y", "n"], "bool"),
        (["2024-01-31", "2023-12-01"], "date"),
        (["2024/01/31", "2024.02.01"], "date"),
        (["31.12.2024", "01.02.2024"], "date"),
        (["12/31/2024", "1/2/24"], "date"),
        (["1/31/2024", "1.12.2024", "5-10-2023", "9/30/24"], "date"),
        (["5 Jan 2024", "31-Dec-24", "January 5, 2024"], "date"),
        (["20240131", "19991231"], "date"),
        (["2024-01-31T10:20:30Z", "2024-01-31 10:20"], "datetime"),
        (["2024-01-31T10:20:30.123456+05:30", "2024-01-31"], "datetime"),
        (["12/31/2024 11:59:59 PM", "1/2/2024 1:00 am"], "datetime"),
        (["2024-01-31 10:20:30 +0530", "2024-01-31 10:20:30 -08:00", "2024-01-31 10:20:30 UTC"], "datetime"),
        (["1/31/2024 9:05", "1/10/2024 14:30"], "datetime"),
        (["10:20", "23:59:59.5", "1:05 pm"], "time"),
        (UUIDS, "uuid"),
        (["a@b.co", "first.last+tag@sub.example.org"], "email"),
        (["https://example.com", "http://localhost:8080/a?b=c#d", "ftp://x.y/z"], "url"),
        (['{"a": [1, 2, {"b": null}]}', "[]", '[true, -1.5e3, "x\\u00e9"]'], "json"),
        (["02134", "10001", "99999"], "string"),
        (["007", "12", "1234"], "string"),
        (["abc", "1", "2"], "string"),
        (["2024-02-30", "2023-02-29", "2024-13-01"], "string"),
        (["24:00", "10:60", "1:2"], "string"),
        (["2024-01-31 10:20:30 ", "2024-01-31 10:20:30 5", "2024-01-31 10:20:30  +0100"], "string"),
        (["{'a': 1}", "[1,]", "{"], "string"),
        (["a@b", "@x.y", "a@b..c"], "string"),
        (["1,23,4", "1..2", "--1", "1e", "0x10"], "string"),
        (["1-800-555-0100", "10.0.0.1", "12:34:56:78"], "string"),
        ([f"{uuid}0" for uuid in UUIDS], "string"),
    ],
    ids=lambda value: value if isinstance(value, str) else str(value[0]),
)
def test_a_column_has_the_type_its_cells_share(cells, expected):
    """Each list of cells is of one type, and no cell of it is invalid."""
    column = column_of(cells)

    assert (expected, 0) == (column.type, column.invalid.count)


def test_the_type_is_that_of_nine_cells_in_ten():
    """At exactly 90 % a type holds and the rest is invalid; below it the column is text."""
    assert ("int", 1) == ((at := column_of([*range(9), "x"])).type, at.invalid.count)
    assert ("string", 0) == ((below := column_of([*range(8), "x"])).type, below.invalid.count)


def test_types_come_from_the_whole_file():
    """A hundred thousand integers, then a decimal: the column is float."""
    assert "float" == column_of([*range(100_000), "0.5"]).type


def test_invalid_cells_are_counted_and_the_first_shown_with_their_places():
    """Cells of different wrong kinds come in the order of their rows."""
    cells = [str(i) for i in range(100)]
    cells[10], cells[20], cells[30] = "ten", "2024-01-01", "true"

    invalid = column_of(cells).invalid

    assert (3, 3.0) == (invalid.count, invalid.percentage)
    assert [(12, "ten"), (22, "2024-01-01"), (32, "true")] == [(e.row, e.text) for e in invalid.examples]


@pytest.mark.parametrize(
    "token",
    ["", "  ", "null", "NULL", "N/A", "#N/A", "nan", "NaN", "\\N", "<NA>", "NA", "-", "none", "?", "."],
)
def test_a_token_for_no_value_is_missing_among_numbers(token):
    """The spelling is kept; the cell is neither a value nor invalid."""
    column = column_of([1, token, 2, token])

    spelled = token if token.strip() else (" " if token else "")
    assert ("int", 2, 2, 0) == (column.type, column.count, column.missing.count, column.invalid.count)
    assert {spelled: 2} == column.missing.tokens
    assert 50.0 == column.missing.percentage


def test_a_placeholder_in_a_text_column_is_a_value_unless_the_table_uses_it_otherwise():
    """NA among codes is Namibia; among texts it is missing where a number column has it for missing."""
    codes = profile_of("country\n" + "DE\nNA\nFR\n" * 5).columns[0]
    table = profile_of("name,age\n" + "Ann,31\nNA,NA\nBob,40\n" * 5)

    assert ({"NA": 5}, 0) == (codes.placeholders_kept, codes.missing.count)
    assert [5, 5] == [column.missing.count for column in table.columns]
    assert 2 == table.columns[0].distinct.count


def test_the_figures_of_integers_are_exact():
    """Beyond what a double holds, and as int."""
    cells = [9_007_199_254_740_993, -5, 0, 7, 123_456_789_012_345_678]

    numbers = column_of(cells).numbers

    assert (min(cells), max(cells), sum(cells)) == (numbers.min, numbers.max, numbers.sum)
    assert (1, 1) == (numbers.zeros, numbers.negatives)


@pytest.mark.parametrize("cell", ["4.2e-13", "1e-18", "7.4E-10", "1.0E308", "4.9e-324", f"{'1' * 40}e-50"])
def test_a_number_with_an_exponent_is_rounded_once(cell):
    """However few its digits are, and however far its exponent."""
    assert float(cell) == column_of([cell]).numbers.max


@pytest.mark.parametrize(
    "cells",
    [
        [1_234_567_890_123_456_789, 1_234_567_890_123_456_001],
        [2**63 - 1, -(2**63) + 1, 2**63 - 2],
    ],
)
def test_ids_of_nineteen_digits_are_not_rounded(cells):
    """Whatever fits in 63 bits is exact; such are the ids of many databases and services."""
    numbers = column_of(cells).numbers

    assert (min(cells), max(cells), sum(cells)) == (numbers.min, numbers.max, numbers.sum)
    assert all(min(cells) <= quantile.value <= max(cells) for quantile in numbers.quantiles)


def test_a_whole_number_beyond_63_bits_is_rounded_to_a_double():
    """Its column is one of int all the same."""
    column = column_of([2**63, 10**25])

    assert ("int", float(2**63), 1e25) == (column.type, column.numbers.min, column.numbers.max)


def test_the_sum_of_decimals_is_that_of_the_decimals_not_of_their_doubles():
    """A tenth, ten thousand times, is a thousand; mean and deviation follow."""
    numbers = column_of(["0.1"] * 10_000).numbers

    assert (1000.0, 0.1, 0.0) == (numbers.sum, numbers.avg, numbers.std)


def test_a_number_of_seventeen_digits_is_rounded_once():
    """Repr of a double reads back as the same double."""
    cells = [0.1 + i * math.pi / 7 for i in range(1, 400)]

    numbers = column_of([repr(cell) for cell in cells]).numbers

    assert (min(cells), max(cells)) == (numbers.min, numbers.max)
    assert math.isclose(statistics.stdev(cells), numbers.std, rel_tol=1e-12)


def test_the_deviation_of_numbers_close_together_and_far_from_zero_holds():
    """As of moments in microseconds, whose digits in common say nothing of their spread."""
    cells = [1_700_000_000_000_000 + i * i % 11 for i in range(250)]

    assert math.isclose(statistics.stdev(cells), column_of(cells).numbers.std, rel_tol=1e-9)


def test_a_comma_is_read_as_the_other_cells_say():
    """1,234 is a thousand among 1,234.5, and a little more than one among 12,5; alone it is grouped."""
    assert 1234.0 == column_of(["1,234", "1,000.5"]).numbers.max
    comma = column_of(["1,234", "0,5"]).numbers
    assert (1.234, ",") == (comma.max, comma.decimal_separator)
    assert 1234.0 == column_of(["1,234"]).numbers.max
    assert (1234.5, 1000.0) == ((dotted := column_of(["1.000", "1.234,5"]).numbers).max, dotted.min)


@pytest.mark.parametrize(
    "cells", [["1,234", "12"], ["1,234.5"], ["1 234"], ["1'234,5"], ["1.234", "12,5"], ["1,234,567"]]
)
def test_digits_in_groups_are_a_mark(cells):
    """Whatever parts the groups."""
    assert "grouping" in column_of(cells).numbers.marks


def test_a_comma_that_no_cell_explains_is_a_finding():
    """1,234 may be a little more than one: a thousandth of what it is read as."""

    def found(*cells):
        table = "id;n\n" + "".join(f"{row};{cell}\n" for row, cell in enumerate(cells))
        return [f.code for f in profile_of(table).findings]

    assert found("1,234", "2,345", "17") == ["ambiguous_decimal"]
    assert found("1,234", "2,345.5") == found("1,234", "0,5") == found("1,234", "1,234,567") == []


def test_day_and_month_are_told_apart_by_the_cells_that_allow_one_order():
    """The evidence is counted; without any the order is said to be assumed."""
    day = column_of(["31/01/2024", "02/03/2024", "25/12/2024"]).moments
    month = column_of(["01/31/2024", "02/03/2024"]).moments
    either = column_of(["01/02/2024", "03/04/2024"]).moments

    assert ("day_first", False, 2, 0, 1) == (
        day.day_order.order,
        day.day_order.ambiguous,
        day.day_order.day_first,
        day.day_order.month_first,
        day.day_order.either,
    )
    assert ("2024-01-31", "2024-12-25", {"%d/%m/%Y": 3}) == (day.min, day.max, day.formats)
    assert ("month_first", "2024-01-31", "2024-02-03") == (month.day_order.order, month.min, month.max)
    assert either.day_order.ambiguous


def test_dates_are_averaged_and_their_formats_named():
    """Of all days of two years the middle is the middle; a zone is taken off."""
    days = [date(2023, 1, 1) + timedelta(days=i) for i in range(731)]

    moments = column_of(days).moments
    zoned = column_of(["2024-01-01T01:00:00+02:00", "2024-01-01T00:00:00Z"]).moments

    assert ("2023-01-01", "2024-12-31", "2024-01-01", {"%Y-%m-%d": 731}) == (
        moments.min,
        moments.max,
        moments.avg,
        moments.formats,
    )
    assert ("2023-12-31T23:00:00", {"%Y-%m-%dT%H:%M:%S%z": 2}) == (zoned.min, zoned.formats)


@pytest.mark.parametrize("shape", ["uniform", "exponential", "offset", "negative"])
def test_quantiles_are_within_the_error_they_state(shape):
    """The better of two sketches: values far from zero but close together are told apart."""
    make = {
        "uniform": lambda i: i * 0.01,
        "exponential": lambda i: math.exp(i / 500),
        "offset": lambda i: 1_000_000 + i % 1000,
        "negative": lambda i: -(i**1.5) + 40_000,
    }[shape]
    cells = sorted(make(i) for i in range(5000))

    for quantile in column_of([repr(cell) for cell in cells]).numbers.quantiles:
        exact = cells[max(math.ceil(quantile.q * len(cells)) - 1, 0)]
        assert abs(exact - quantile.value) <= quantile.error * (1 + 1e-9) + 1e-12
        assert quantile.error <= max(abs(exact) * 0.0103, 1e-3) or shape == "negative"


def test_the_histogram_counts_exactly():
    """Each bar holds the values of its half-open interval."""
    cells = [((i * 7919) % 10_007) / 8 for i in range(10_007)]

    histogram = column_of([repr(cell) for cell in cells]).numbers.histogram

    for i, count in enumerate(histogram.counts):
        low = histogram.start + i * histogram.width
        assert sum(low <= cell < low + histogram.width for cell in cells) == count
    assert len(cells) == sum(histogram.counts)


def test_top_values_are_exact_while_few_and_bounded_beyond():
    """The bound holds for every value reported, and the most frequent value of a long tail is found."""
    few = column_of(["a"] * 5 + ["b"] * 3 + ["c"])
    many = column_of([value for i in range(20_000) for value in (f"rare{i}", "often")])

    assert [("a", 5), ("b", 3), ("c", 1)] == [(top.text, top.count) for top in few.top_values]
    assert few.top_values_exact
    assert not many.top_values_exact
    assert "often" == many.top_values[0].text
    assert many.top_values[0].count <= 20_000 <= many.top_values[0].count + many.top_values[0].error


@pytest.mark.parametrize("distinct", [1, 100, 768, 5_000, 200_000])
def test_distinct_values_are_exact_while_few_and_estimated_beyond(distinct):
    """Within four standard errors of the truth."""
    column = column_of([f"value {i % distinct}" for i in range(max(distinct, 3000))])

    assert abs(column.distinct.count - distinct) <= 4 * column.distinct.error * distinct
    assert (distinct <= 768) == (column.distinct.error == 0)


def test_keys_constants_and_empty_columns_are_named():
    """A key has a different value in every row; one repetition proves that a column is none."""
    lines = "".join(f"{i},k{i},same,,{i % 50}\n" for i in range(3000))
    profile = profile_of("id,code,c,e,group\n" + lines)

    by_label = {column.label: column for column in profile.columns}
    assert ("id", "code") == profile.candidate_keys
    assert by_label["c"].constant
    assert by_label["e"].empty
    assert by_label["group"].repeats_seen


def test_lengths_are_in_characters():
    """Not in bytes; the first and last text are by code point."""
    texts = column_of(["é", "日本語", "😀😀", "ab"]).texts

    assert (1, 3, 2.0, "ab", "😀😀") == (
        texts.min_length,
        texts.max_length,
        texts.avg_length,
        texts.first,
        texts.last,
    )
