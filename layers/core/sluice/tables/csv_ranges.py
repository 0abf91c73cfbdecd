"""
Profile a large table in byte ranges, in parallel, and merge what was found.

    frame = read_frame(first bytes)                      None: profile the file in one pass
    parts = plan_parts(size, part_bytes)
    odd = [has_odd_quotes(stream of part, frame) ...]    in parallel, one bit each
    states = [profile_part(stream from part.start on, part, frame, quoted) ...]   in parallel
    profile = merge_parts(states)

A range begins inside a quoted cell if the quotes before it are odd in number. That fails where quotes stand
in unquoted cells; merge_parts notices and raises PartsDoNotMeetError, and the file must be profiled in one
pass.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from operator import xor
from typing import BinaryIO

from sluice.tables.profiles import TableProfile
from sluice.tables.scan_limits import ScanLimits
from sluice.tables.scanner.counting import count_byte
from sluice.tables.scanner.options import ScanOptions
from sluice.tables.scanner.scanning import PartsDoNotMeetError, Scanner

READ_BYTES = 1 << 20
FRAME_BYTES = 256 << 10  # of the file's start, what its dialect is decided on: the scanner's first block


@dataclass(frozen=True, slots=True)
class Frame:
    """What every part of a table must know of its start; JSON-ready by records.to_json."""

    delimiter: str
    quote: str | None
    columns: int


@dataclass(frozen=True, slots=True)
class Part:
    """Bytes *start* to *end*; rows that begin behind *start* (or at 0) and up to *end* are its own."""

    start: int
    end: int


def read_frame(start: bytes, limits: ScanLimits | None = None) -> Frame | None:
    """
    Return the frame of an uncompressed table that begins with *start*, at least FRAME_BYTES of it.

    None if it cannot be read in parts: it has a fault, is written in UTF-16, or escapes quotes by a
    backslash.
    """
    with Scanner(limits=limits) as scanner:
        scanner.feed(start[:FRAME_BYTES])
        raw = scanner.table()
    dialect = raw["dialect"]
    # The bytes may end inside a quoted cell: that is no fault of the file.
    faulty = raw["fault"] is not None and raw["fault"]["code"] != "unterminated_quote"
    if faulty or not raw["columns"] or dialect["escape"] or dialect["encoding"].startswith("utf-16"):
        return None
    return Frame(dialect["delimiter"], dialect["quote"], raw["columns"])


def plan_parts(size: int, part_bytes: int) -> list[Part]:
    """Cut *size* bytes into parts of about *part_bytes*."""
    count = max(1, round(size / part_bytes))
    cuts = [size * i // count for i in range(count + 1)]
    return [Part(start, end) for start, end in pairwise(cuts)]


def has_odd_quotes(stream: BinaryIO, frame: Frame) -> bool:
    """Tell whether a part's bytes, all of *stream*, hold an odd number of quotes."""
    if frame.quote is None:
        return False
    odd = 0
    while data := stream.read(READ_BYTES):
        odd ^= count_byte(data, frame.quote) & 1
    return bool(odd)


def open_quotes(odd: Sequence[bool]) -> list[bool]:
    """Return for each part whether it begins inside a quoted cell, from the parts' odd quotes."""
    return [False, *accumulate(odd, xor)][: len(odd)]


def profile_part(
    stream: BinaryIO, part: Part, frame: Frame, *, in_quotes: bool, limits: ScanLimits | None = None
) -> bytes:
    """Return the state of the rows of *part*; *stream* begins at its start and goes on behind its end."""
    known = ScanOptions(
        delimiter=frame.delimiter,
        quote=frame.quote or "",
        header=False,
        columns=frame.columns,
        in_quotes=in_quotes,
    )
    # The first part finds out again, from the same bytes, what the others are told.
    options = replace(known if part.start else ScanOptions(), start=part.start, end=part.end)
    with Scanner(options, limits) as scanner:
        while (data := stream.read(READ_BYTES)) and scanner.feed(data):
            pass
        return scanner.state()


def merge_states(states: Iterable[bytes]) -> bytes:
    """Return the state of neighbouring parts as one; for a tree of merges."""
    with _merged(states, None) as scanner:
        return scanner.state()


def merge_parts(states: Iterable[bytes], *, name: str = "", limits: ScanLimits | None = None) -> TableProfile:
    """
    Return the profile of a whole table from the states of all its parts, in their order.

    Raises PartsDoNotMeetError if only one pass over the file can tell what it holds.
    """
    with _merged(states, limits) as scanner:
        return scanner.profile(name)


def _merged(states: Iterable[bytes], limits: ScanLimits | None) -> Scanner:
    remaining = iter(states)
    whole = _restored(next(remaining), limits)
    for state in remaining:
        with _restored(state, limits) as following:
            whole.merge(following)
    return whole


def _restored(state: bytes, limits: ScanLimits | None) -> Scanner:
    scanner = Scanner(limits=limits, state=state)
    raw = scanner.table()
    if raw["fault"]:
        raise PartsDoNotMeetError(
            f"a part has a fault ({raw['fault']['code']}), whose place only one pass can tell"
        )
    if raw["stray_quotes"]:
        raise PartsDoNotMeetError("quotes in unquoted cells leave it open where quoted cells begin")
    return scanner
