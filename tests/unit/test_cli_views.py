"""What a line says of a file: its fault, or what was found in it."""

import pytest

from cli.views import in_short

IMAGE = {"format": "jpeg", "width": 1600, "height": 1067, "renditions": [{}, {}, {}, {}]}


@pytest.mark.parametrize(
    ("facts", "line"),
    [
        ({"error_message": "It is empty.", "row_count": 0}, "It is empty."),
        ({"row_count": 2, "schema": {"a": "int"}}, "2 rows, 1 column, no issues"),
        (IMAGE | {"bytes_saved": 240_000}, "jpeg, 1600 × 1067, 4 renditions, 240.0 kB saved"),
        (IMAGE | {"bytes_saved": -10}, "jpeg, 1600 × 1067, 4 renditions"),
        ({"content_type_found": "text/plain"}, "text/plain"),
        ({}, ""),
    ],
)
def test_a_file_in_short(facts, line):
    """An error's sentence comes first, and of an image that grew nothing is said to be saved."""
    assert in_short(facts) == line
