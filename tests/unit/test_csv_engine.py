"""What is found out about a table, and where its reading ends."""

import io

import pytest
from sluice.csv_engine import profile_table


def _profile(content):
    return profile_table(io.BytesIO(content.encode() if isinstance(content, str) else content))


def _types(content):
    return {column.label: column.type for column in _profile(content).columns}


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["1", "-2", "+3"], "int"),
        (["1", "2.5", "1e3"], "float"),
        (["true", "No", "YES"], "bool"),
        (["2026-03-01", "2024-02-29"], "date"),
        (["2026-03-01T10:00:00Z", "2026-03-01"], "datetime"),
        (["a", "1"], "string"),
        (["007", "01234"], "string"),
        (["2026-02-30", "2026-13-01"], "string"),
        (["", "n/a"], "string"),
    ],
)
def test_a_column_has_the_type_of_its_cells(cells, expected):
    assert _types("\n".join(["id,x", *(f"a,{cell}" for cell in cells)]))["x"] == expected


def test_numbers_have_their_statistics():
    [column] = _profile("n\n1\n2\n6\n").columns

    assert (column.minimum, column.maximum, column.average, column.count) == (1, 6, 3.0, 3)


def test_missing_and_invalid_cells_are_counted_and_shown():
    profile = _profile("id,n\n" + "a,1\n" * 18 + "a,\na,x\n")

    assert profile.facts()["quality_issues"] == {
        "total_rows": 20,
        "has_issues": True,
        "missing_values": {"n": {"count": 1, "percentage": 5.0}},
        "invalid_values": {"n": {"count": 1, "percentage": 5.0, "examples": [{"row": 21, "text": "x"}]}},
        "ragged_rows": 0,
    }


def test_ragged_rows_are_counted_and_do_not_end_the_reading():
    profile = _profile("a,b\n1\n1,2,3\n1,2\n")

    assert (profile.row_count, profile.ragged_rows, profile.fault) == (3, 2, None)


def test_an_unterminated_quote_is_a_fault_with_its_row_and_keeps_what_came_before():
    profile = _profile('a,b\n1,2\n3,"4\n5,6\n')

    assert profile.fault.row == 3
    assert profile.fault.message == "Row 3: a quoted cell begins here and is never closed."
    assert (profile.row_count, [column.type for column in profile.columns]) == (1, ["int", "int"])


def test_text_that_is_not_utf8_is_a_fault():
    fault = _profile(b"name\nM\xe4rz\n").fault

    assert "the text is not UTF-8" in fault.message


def test_an_empty_file_is_a_fault():
    profile = _profile("")

    assert (profile.fault.message, profile.row_count, profile.columns) == ("The file is empty.", 0, ())


def test_a_header_alone_is_a_table_without_rows():
    profile = _profile("a,b\n")

    assert (profile.row_count, profile.fault, [column.label for column in profile.columns]) == (
        0,
        None,
        ["a", "b"],
    )


@pytest.mark.parametrize("content", ["\ufeffid,n\r\na,1\r\n", "id;n\na;1\n", "id\tn\na\t1\n", "id|n\na|1\n"])
def test_byte_order_mark_and_delimiter_are_recognized(content):
    assert _types(content) == {"id": "string", "n": "int"}


def test_labels_are_told_apart_and_named_where_they_are_empty():
    assert list(_types("a,a,\n1,2,3\n")) == ["a", "a (2)", "column 3"]


def test_a_quoted_cell_may_hold_delimiters_and_line_ends():
    profile = _profile('a,b\n"x, y","1\n2"\n')

    assert (profile.row_count, profile.ragged_rows, profile.fault) == (1, 0, None)
