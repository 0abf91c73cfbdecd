"""What the catalogue keeps of a table."""

import io

from hypothesis import given
from hypothesis import strategies as st

from sluice.tables.csv_profiling import profile_stream
from sluice.tables.facts import _distinct, facts_of


def facts(text: str) -> dict:
    return facts_of(profile_stream(io.BytesIO(text.encode())))


def test_types_and_statistics_of_numbers_are_kept() -> None:
    """Minimum, maximum, average and count, of numeric columns only."""
    found = facts("id,name\n1,ada\n2,bob\n3,eve\n")

    assert {"id": "int", "name": "string"} == found["schema"]
    assert {"id": {"min": 1, "max": 3, "avg": 2.0, "count": 3}} == found["statistics"]
    assert not found["quality_issues"]["has_issues"]


def test_missing_cells_are_counted_per_column() -> None:
    """With their share of the rows in percent."""
    issues = facts("id,name\n1,ada\n2,\n3,eve\n4,\n")["quality_issues"]

    assert {"name": {"count": 2, "percentage": 50.0}} == issues["missing_values"]
    assert 4 == issues["total_rows"]
    assert issues["has_issues"]


def test_invalid_cells_come_with_row_and_text() -> None:
    """Rows are numbered as a spreadsheet shows them: the header is row 1."""
    rows = "\n".join(str(number) for number in range(19))
    issues = facts(f"id\n{rows}\nlamp\n")["quality_issues"]

    assert [{"row": 21, "text": "lamp"}] == issues["invalid_values"]["id"]["examples"]


def test_a_second_column_of_the_same_label_is_kept_under_a_name_of_its_own() -> None:
    """No column hides another."""
    assert {"a": "int", "a (2)": "string"} == facts("a,a\n1,x\n2,y\n")["schema"]


@given(st.lists(st.text(max_size=6)))
def test_no_two_columns_share_a_name(labels: list[str]) -> None:
    """Also where a label looks like the name that another one was given."""
    names = list(_distinct(labels))

    assert len(set(names)) == len(labels)
