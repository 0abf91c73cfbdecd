"""The same table gives the same profile, however it is fed, cut or ordered."""

import io
import random
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sluice.tables.csv_ranges import (
    PartsDoNotMeetError,
    has_odd_quotes,
    merge_parts,
    merge_states,
    open_quotes,
    plan_parts,
    profile_part,
    read_frame,
)
from sluice.tables.profiles import TableProfile
from tests.tables import mixed_table, profile_of, scanned

BIG = mixed_table(20_000)  # several blocks of the scanner


def in_parts(data, part_bytes):
    """Profile *data* in parts, each fed from its own stream, and return the states."""
    frame = read_frame(data)
    parts = plan_parts(len(data), part_bytes)
    odd = [has_odd_quotes(io.BytesIO(data[part.start : part.end]), frame) for part in parts]
    return [
        profile_part(io.BytesIO(data[part.start :]), part, frame, in_quotes=quoted)
        for part, quoted in zip(parts, open_quotes(odd), strict=True)
    ]


def order_free(profile):
    """Leave out what depends on the order of rows: examples, and estimates of values that became too many."""
    columns = tuple(
        replace(
            column,
            index=0,
            invalid=replace(column.invalid, examples=()),
            numbers=None
            if column.numbers is None
            else replace(column.numbers, std=float(f"{column.numbers.std:.9e}")),
            top_values=column.top_values if column.top_values_exact else (),
            repeats_seen=column.repeats_seen if column.top_values_exact else False,
        )
        for column in profile.columns
    )
    return replace(
        profile,
        bytes=0,
        columns=columns,
        findings=(),
        ragged=replace(profile.ragged, short_examples=(), long_examples=()),
    )


@settings(max_examples=30)
@given(st.lists(st.integers(1, 300_000), min_size=1, max_size=60))
@example([1] * 4000)
def test_any_chunking_gives_an_identical_profile(sizes):
    """Blocks are cut at the same places, so that every figure is equal to the last bit."""
    rest = [len(BIG)]
    assert scanned(BIG, [len(BIG)]) == scanned(BIG, sizes + rest)


@settings(max_examples=150)
@given(
    st.text(st.sampled_from('ab1,;"\n\r .é-/'), max_size=300),
    st.lists(st.integers(1, 40), min_size=1, max_size=20),
)
def test_any_chunking_of_any_text_gives_an_identical_profile(text, sizes):
    """Also in UTF-16, where a chunk may end inside a character."""
    for data in (text.encode(), text.encode("utf-16")):
        assert scanned(data, [len(data) + 1]) == scanned(data, [*sizes, len(data) + 1])


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("parts", [2, 3, 7, 50, 1000])
def test_any_split_and_merge_gives_the_profile_of_one_pass(parts, line_end):
    """Cuts fall into quoted cells, into line ends, into characters; parts may hold no row at all."""
    data = mixed_table(3_000, seed=parts, line_end=line_end)

    merged = merge_parts(in_parts(data, len(data) / parts), name="t.csv")

    whole = profile_of(data)
    assert whole.findings == merged.findings
    assert [c.invalid for c in whole.columns] == [c.invalid for c in merged.columns]
    assert order_free(whole) == order_free(merged)


def test_every_cut_of_a_small_table_gives_the_profile_of_one_pass():
    """Two parts, cut at each byte in turn."""
    data = mixed_table(40, line_end="\r\n")
    whole = order_free(profile_of(data))

    for cut in range(1, len(data)):
        frame = read_frame(data)
        parts = [
            replace(plan_parts(len(data), len(data))[0], end=cut),
            replace(plan_parts(len(data), len(data))[0], start=cut),
        ]
        quoted = has_odd_quotes(io.BytesIO(data[:cut]), frame)
        states = [
            profile_part(io.BytesIO(data[part.start :]), part, frame, in_quotes=inside)
            for part, inside in zip(parts, (False, quoted), strict=True)
        ]
        assert whole == order_free(merge_parts(states, name="t.csv")), cut


def test_merging_in_a_tree_equals_merging_in_a_row():
    """Neighbours first, then neighbours of neighbours."""
    states = in_parts(BIG, len(BIG) / 4)

    tree = merge_states([merge_states(states[:2]), merge_states(states[2:])])

    assert order_free(merge_parts(states)) == order_free(merge_parts([tree]))


def test_distinct_counts_and_top_values_of_parts_keep_their_bounds():
    """The merged table of frequent values finds what is frequent, and HyperLogLog registers merge exactly."""
    merged = merge_parts(in_parts(BIG, len(BIG) / 5))
    whole = profile_of(BIG)

    for ours, theirs in zip(merged.columns, whole.columns, strict=True):
        assert ours.distinct == theirs.distinct
        for top in ours.top_values:
            assert top.count <= BIG.count(top.text.encode()) or ours.top_values_exact


def test_reordered_rows_give_the_same_profile():
    """All that does not name a row: exact figures are equal, not nearly so."""
    header, *rows = [
        row for row in mixed_table(5_000).decode().replace("two\nlines", "two lines").split("\n") if row
    ]
    random.Random(2).shuffle(rows)

    shuffled = "\n".join([header, *rows]).encode()
    ordered = "\n".join([header, *sorted(rows)]).encode()

    assert order_free(profile_of(shuffled)) == order_free(profile_of(ordered))


def test_quotes_in_unquoted_cells_are_noticed_by_the_part_that_sees_them():
    """Parity would misplace quoted cells; the caller must read the file in one pass."""
    data = ("id,size\n" + "1,x\n" * 500 + '2,5" pipe\n' + '3,"a,b"\n' * 500).encode()

    with pytest.raises(PartsDoNotMeetError, match="quotes in unquoted cells"):
        merge_parts(in_parts(data, 400))


def test_parts_that_are_no_neighbours_do_not_merge():
    """A part left out, or two tables mixed up."""
    states = in_parts(BIG, len(BIG) / 4)

    with pytest.raises(PartsDoNotMeetError, match="do not meet"):
        merge_parts([states[0], states[2]])


def test_a_damaged_state_is_refused():
    """Every truncation, and bytes of something else."""
    state = in_parts(mixed_table(50), 1 << 20)[0]

    for size in [*range(0, len(state), 97), len(state) - 1]:
        with pytest.raises(ValueError, match="no state"):
            merge_parts([state[:size]])


def test_a_profile_survives_json():
    """to_json and from_json are inverse; an unknown key of a later release is passed over."""
    profile = profile_of(mixed_table(500))
    document = profile.to_json()

    assert profile == TableProfile.from_json(document)
    assert profile == TableProfile.from_json(document | {"later": 1})


def test_parts_agree_on_the_encoding_or_do_not_merge():
    """A part of plain ASCII agrees with any other; UTF-8 and Windows-1252 do not."""
    ascii_rows = b"1,plain\n" * 400
    latin = b"id,word\n" + ascii_rows + b"2,caf\xe9\n" * 400
    both = b"id,word\n" + "1,caf\u00e9\n".encode() * 400 + b"2,caf\xe9\n" * 400

    assert profile_of(latin).dialect == merge_parts(in_parts(latin, len(latin) / 4)).dialect
    with pytest.raises(PartsDoNotMeetError, match="encodings"):
        merge_parts(in_parts(both, len(both) / 2))


def test_utf_16_is_not_read_in_parts():
    """Quotes cannot be counted byte by byte there."""
    assert read_frame("a,b\n1,2\n".encode("utf-16")) is None
