"""Every bad file ends in a finding or a fault that says what and where; none in a crash or a hang."""

import gzip
import io
import random
import struct
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import pytest
from backports import zstd

from sluice.tables.csv_profiling import profile_stream
from sluice.tables.scan_limits import ScanLimits
from tests.tables import mixed_table, profile_of

ROOT = Path(__file__).parents[2]


class Endless:
    """A stream of *size* bytes: *start*, then *unit* again and again. Remembers how much was read."""

    def __init__(self, start, unit, size):
        self.unit, self.left, self.taken = unit, size, 0
        self.start = start
        self.block = unit * (1 + (1 << 20) // len(unit))

    def read(self, _size=-1):
        """Return a piece, whatever size is asked for."""
        data = self.start or self.block
        data, self.start = data[: min(len(data), self.left)], b""
        self.left -= len(data)
        self.taken += len(data)
        return data


def codes(profile):
    return {finding.code for finding in profile.findings}


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf", b"\r\n"])
def test_an_empty_file_is_a_fault(data):
    """Also one of blank lines, or of a byte order mark."""
    profile = profile_of(data)

    assert ("empty", 0, ()) == (profile.fault.code, profile.row_count, profile.columns)
    assert "empty" in profile.fault.message


def test_a_header_without_rows_is_a_finding():
    """The columns are there, and hold nothing."""
    profile = profile_of("id,name\n")

    assert (0, ["id", "name"]) == (profile.row_count, [c.label for c in profile.columns])
    assert "header_only" in codes(profile)
    assert profile.fault is None


def test_a_table_without_header_is_recognized_and_its_first_row_counts():
    """The labels say so."""
    profile = profile_of("1,2024-01-01,x\n2,2024-01-02,y\n")

    assert (2, ["column_1", "column_2", "column_3"]) == (
        profile.row_count,
        [c.label for c in profile.columns],
    )
    assert "no_header" in codes(profile)


def test_one_column_needs_no_delimiter():
    """Sentences with commas here and there are still one column, and a blank line in it is a missing cell."""
    words = profile_of("word\nlamp\n\nchair\n")
    sentences = profile_of("text\nNo, not yet\nWell done\nOne, two, three; four\nFine\nGood\n")

    assert (1, 3, 1) == (len(words.columns), words.row_count, words.columns[0].missing.count)
    assert (1, True) == (len(sentences.columns), sentences.dialect.single_column)


@pytest.mark.parametrize(("end", "name"), [("\n", "LF"), ("\r\n", "CRLF"), ("\r", "CR")])
def test_each_line_end_is_read_and_named(end, name):
    """A file of CR alone is no single line."""
    profile = profile_of(end.join(["a,b", "1,2", "3,4", ""]))

    assert (2, {name: 3}) == (profile.row_count, profile.dialect.line_ends)


def test_mixed_line_ends_are_a_finding():
    """Every row is found all the same."""
    profile = profile_of("a,b\r\n1,2\n3,4\r5,6\n")

    assert (3, {"LF": 2, "CRLF": 1, "CR": 1}) == (profile.row_count, profile.dialect.line_ends)
    assert "mixed_line_ends" in codes(profile)


def test_nul_bytes_are_counted_and_located():
    """They stay in the text."""
    profile = profile_of(b"a,b\n" + b"1,x\n" * 50 + b"2,y\0z\n")

    finding = next(f for f in profile.findings if f.code == "nul_bytes")
    assert (1, 52, 4 + 200 + 3) == (finding.count, finding.examples[0].row, finding.examples[0].byte_offset)


def test_ragged_rows_are_counted_with_their_places():
    """What a short row lacks is missing; what a long row has too much is left out."""
    profile = profile_of("a,b,c\n1,2,3\n4,5\n6,7,8,9\n")

    assert (3, 1, 1) == (profile.row_count, profile.ragged.short, profile.ragged.long)
    assert ([3], [4]) == (
        [e.row for e in profile.ragged.short_examples],
        [e.row for e in profile.ragged.long_examples],
    )
    assert (1, 1) == (profile.columns[2].missing.count, profile.columns[2].missing.absent)


def test_apostrophes_quote_where_no_quotation_mark_does():
    """One cell in quotation marks is enough for apostrophes to be text."""
    apostrophes = profile_of("a,b\n'x, y','z'\n'u','v'\n")
    both = profile_of("a,b\nk1,'s'\nk2,'t'\nk3,\"be,ta\"\n")

    assert ("'", 2, 0) == (apostrophes.dialect.quote, apostrophes.row_count, apostrophes.ragged.long)
    assert ('"', 3, 0) == (both.dialect.quote, both.row_count, both.ragged.long)


def test_bare_quotes_are_text_and_a_finding():
    """Inches do not open a cell; text behind a closing quote belongs to it."""
    profile = profile_of('size,n\n5" pipe,1\n"x"y,2\n3" rod,3\n')

    assert {'5" pipe', "xy", '3" rod'} == {top.text for top in profile.columns[0].top_values}
    assert 3 == next(f for f in profile.findings if f.code == "stray_quotes").count


def test_a_quote_left_open_is_a_fault_that_says_where():
    """The rows before it are counted and profiled."""
    profile = profile_of('id,note\n1,a\n2,b\n3,"open\n4,d\n')

    assert ("unterminated_quote", 4, 18, 2) == (
        profile.fault.code,
        profile.fault.row,
        profile.fault.byte_offset,
        profile.row_count,
    )
    assert "row 4 (byte 18)" in profile.fault.message
    assert 2 == profile.columns[0].numbers.max


def test_a_quote_left_open_in_a_gigabyte_is_found_without_reading_it():
    """The limit of a cell ends it."""
    stream = Endless(b'id,note\n1,a\n2,"open', b"3,b\n4,c\n", 1 << 30)

    profile = profile_stream(stream)

    assert ("unterminated_quote", 3, 1) == (profile.fault.code, profile.fault.row, profile.row_count)
    assert stream.taken < 8 << 20


def test_a_cell_of_a_gigabyte_is_a_fault():
    """Also in the middle of a row; the limit is in the sentence."""
    profile = profile_stream(Endless(b"id,note\n1,a\n2,", b"x", 1 << 30))

    assert ("cell_too_large", 3, 1) == (profile.fault.code, profile.fault.row, profile.row_count)
    assert "1,048,576 bytes" in profile.fault.message


def test_a_cell_at_the_limit_is_read():
    """One byte more is a fault."""
    fits = profile_of(b"a,b\n" + b"x" * (1 << 20) + b",1\n")
    exceeds = profile_of(b"a,b\n1,2\n" + b"x" * ((1 << 20) + 1) + b",1\n")

    assert (None, 1 << 20) == (fits.fault, fits.columns[0].texts.max_length)
    assert ("cell_too_large", 3) == (exceeds.fault.code, exceeds.fault.row)


def test_a_row_beyond_its_limit_is_a_fault():
    """Of cells that are each within theirs."""
    profile = profile_of(b"a,b\n1,2\n" + b",".join([b"x" * 900_000] * 6) + b"\n")

    assert ("row_too_large", 3, 1) == (profile.fault.code, profile.fault.row, profile.row_count)


@pytest.mark.parametrize("columns", [513, 100_000, 3_000_000])
def test_too_many_columns_are_a_fault(columns):
    """Whether the first row fits into a block or not."""
    row = ",".join(f"c{i}" for i in range(columns)) + "\n"

    profile = profile_of(row * 2)

    assert ("too_many_columns", 1) == (profile.fault.code, profile.fault.row)
    assert "512 columns" in profile.fault.message


def test_as_many_columns_as_the_limit_are_read():
    """Each with its figures."""
    profile = profile_of(",".join(f"c{i}" for i in range(512)) + "\n" + ",".join(map(str, range(512))) + "\n")

    assert (512, 511) == (len(profile.columns), profile.columns[-1].numbers.max)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16", "utf-8", "utf-8-sig"])
def test_unicode_is_read_with_and_without_a_byte_order_mark(encoding):
    """The same cells; the encoding is named."""
    profile = (
        profile_of("name,n\n" + "Zoë 😀,1\nJürgen,2\n" * 20, header=True)
        if encoding == "utf-8"
        else profile_of(("name,n\n" + "Zoë 😀,1\nJürgen,2\n" * 20).encode(encoding), header=True)
    )

    assert ({"Zoë 😀": 20, "Jürgen": 20}) == {top.text: top.count for top in profile.columns[0].top_values}
    expected = {"utf-16": "utf-16-le", "utf-8-sig": "utf-8"}.get(encoding, encoding)
    assert (expected, encoding in ("utf-16", "utf-8-sig")) == (
        profile.dialect.encoding,
        profile.dialect.byte_order_mark,
    )


def test_half_a_character_at_the_end_of_utf_16_is_a_finding():
    """A byte too few, and a surrogate without its other half."""
    cut = profile_of("a,b\n1,é\n".encode("utf-16") + b"x")
    lone = profile_of(b"\xff\xfe" + "a,b\n1,".encode("utf-16-le") + b"\x00\xd8" + "\n".encode("utf-16-le"))

    assert "invalid_bytes" in codes(cut)
    assert ("\ufffd", True) == (lone.columns[1].top_values[0].text, "invalid_bytes" in codes(lone))


def test_utf_32_is_refused_by_name():
    """Hardly anyone writes it."""
    assert "UTF-32" in profile_of("a,b\n".encode("utf-32")).fault.message


@pytest.mark.parametrize(
    ("byte", "encoding", "text"), [(b"\xe9", "iso-8859-1", "é"), (b"\x80", "windows-1252", "€")]
)
def test_text_that_is_not_utf_8_is_read_as_the_single_byte_encoding_its_bytes_allow(byte, encoding, text):
    """Even if the first such byte stands behind a gigabyte of ASCII (here: three blocks)."""
    profile = profile_of(b"a,b\n" + b"1,plain\n" * 100_000 + b"2,caf" + byte + b"\n")

    assert encoding == profile.dialect.encoding
    assert "caf" + text == profile.columns[1].texts.first
    assert "assumed_encoding" in codes(profile)


def test_a_few_invalid_bytes_among_utf_8_are_a_finding():
    """The text reads as U+FFFD there; the place is named."""
    data = b"a,b\n" + "é,1\n".encode() * 100 + b"\xff,2\n"

    profile = profile_of(data)

    finding = next(f for f in profile.findings if f.code == "invalid_bytes")
    assert ("utf-8", 1, 102, data.index(b"\xff")) == (
        profile.dialect.encoding, finding.count, finding.examples[0].row, finding.examples[0].byte_offset,
    )  # fmt: skip
    assert "\ufffd" in [top.text for top in profile.columns[0].top_values]


def zip_of(*members):
    """A zip of members (name, text)."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members:
            archive.writestr(name, text)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"<!DOCTYPE html>\n<html><body>1,2</body></html>", "an HTML page"),
        (b"\n <HTML><table>", "an HTML page"),
        (b"<?xml version='1.0'?><a/>", "an XML document"),
        (b'{"a": 1, "b": [1, 2]}', "a JSON document"),
        (b'[\n  {"a": 1},\n  {"a": 2}\n]', "a JSON document"),
        (b'{"a":1}\n{"a":2}\n', "a JSON document"),
        (zip_of(("[Content_Types].xml", "<Types/>"), ("xl/workbook.xml", "<workbook/>")), "XLSX"),
        (zip_of(("mimetype", "application/vnd.oasis.opendocument"), ("content.xml", "<o/>")), "ODS"),
        (b"%PDF-1.7\n...", "a PDF document"),
        (b"PAR1" + bytes(100), "a Parquet file"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "a PNG image"),
        (b"\xff\xd8\xff\xe0" + bytes(100), "a JPEG image"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "XLS"),
        (random.Random(1).randbytes(5000), "binary"),
        (bytes(5000), "binary"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_what_is_no_table_is_called_by_its_name(data, what):
    """Whatever the file is named."""
    profile = profile_of(data)

    assert profile.fault.code in ("not_csv", "binary")
    assert what in profile.fault.message
    assert not profile.columns


def test_a_title_above_the_header_is_suspected():
    """Its row is narrower than most; a few long rows say nothing of the kind."""
    titled = profile_of("Sales of March\n\na,b,c\n" + "1,2,3\n" * 9)
    usual = profile_of("a,b\n1,2,3\n" + "1,2\n" * 9)

    (said,) = (f.message for f in titled.findings if f.code == "long_rows")
    assert said == (
        "10 rows have more cells than the 1 column; those cells are left out."
        " Most rows have: the first may lack labels, or be a title above the header."
    )
    (said,) = (f.message for f in usual.findings if f.code == "long_rows")
    assert said == "1 row has more cells than the 2 columns; those cells are left out."


def test_labels_that_repeat_or_lack_are_findings():
    """The columns are kept apart by their index."""
    profile = profile_of("id,name,name,\n1,a,b,c\n2,d,e,f\n")

    assert ("name",) == profile.duplicate_labels
    assert {"duplicate_label", "empty_label"} <= codes(profile)


def compressed(data, kind):
    if kind == "zip":
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("t.csv", data)
        return out.getvalue()
    return gzip.compress(data) if kind == "gzip" else zstd.compress(data)


def streamed_zip(data):
    """A zip as it is written to a pipe: sizes and checksum stand behind the data."""
    squeeze = zlib.compressobj(wbits=-15)
    body = squeeze.compress(data) + squeeze.flush()
    head = struct.pack("<4sHHHHHLLLHH", b"PK\3\4", 20, 8, 8, 0, 0, 0, 0, 0, 5, 0) + b"t.csv"
    tail = struct.pack("<4sLLL", b"PK\7\x08", zlib.crc32(data), len(body), len(data))
    return head + body + tail + b"PK\1\2" + bytes(60)


@pytest.mark.parametrize("kind", ["gzip", "zstd", "zip"])
def test_a_compressed_table_has_the_profile_of_the_plain_one(kind):
    """Offsets are in the expanded file."""
    data = mixed_table(5000)

    profile = profile_of(compressed(data, kind))

    plain = profile_of(data)
    assert kind == profile.compression
    assert plain.columns == profile.columns
    assert len(data) == profile.bytes


def test_a_zip_written_to_a_pipe_and_a_gzip_of_two_members_are_read():
    """The standard allows both."""
    data = mixed_table(1000)

    assert 1000 == profile_of(streamed_zip(data)).row_count
    assert 1000 == profile_of(gzip.compress(data[:5000]) + gzip.compress(data[5000:]) + bytes(512)).row_count


@pytest.mark.parametrize("kind", ["gzip", "zstd", "zip"])
@pytest.mark.parametrize("keep", [0.3, 0.9])
def test_a_truncated_file_is_a_fault_and_what_was_read_is_kept(kind, keep):
    """Rows that arrived whole are profiled."""
    data = compressed(mixed_table(60_000), kind)

    profile = profile_of(data[: int(len(data) * keep)])

    assert "truncated" == profile.fault.code
    assert kind in profile.fault.message
    assert 0 < profile.row_count < 60_000


@pytest.mark.parametrize("kind", ["gzip", "zip"])
def test_a_damaged_file_is_a_fault(kind):
    """Found by the stream itself or by its checksum."""
    data = bytearray(compressed(mixed_table(3000), kind))
    data[len(data) // 2] ^= 0xFF

    assert profile_of(bytes(data)).fault.code in ("damaged", "truncated")


@pytest.mark.parametrize("kind", ["gzip", "zstd", "zip"])
def test_a_bomb_is_stopped_by_its_ratio(kind):
    """Long before it has expanded."""
    bomb = compressed(b"a,b\n" + b"0,0\n" * 25_000_000, kind)

    profile = profile_of(bomb)

    assert "expands_too_far" == profile.fault.code
    assert "bomb" in profile.fault.message
    assert profile.bytes < 40 << 20


def test_a_limit_on_expanded_bytes_holds():
    """Whatever the ratio."""
    data = compressed(mixed_table(20_000), "gzip")

    profile = profile_of(data, limits=ScanLimits(max_expanded_bytes=100_000))

    assert "expands_too_far" == profile.fault.code


def test_a_zip_of_two_files_is_refused():
    """One member is a table; which of several is meant cannot be told."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.csv", "a,b\n1,2\n")
        archive.writestr("b.csv", "a,b\n1,2\n")

    assert "several_members" == profile_of(out.getvalue()).fault.code


@pytest.mark.parametrize(
    "others",
    [
        [("orders/", "")],
        [("__MACOSX/", ""), ("__MACOSX/._a.csv", "attributes")],
    ],
)
def test_folders_and_what_finder_adds_are_no_files(others):
    """Before the table or behind it."""
    table = ("orders/a.csv", "a,b\n1,2\n")

    assert 1 == profile_of(zip_of(*others, table)).row_count
    behind = profile_of(zip_of(table, *others))
    assert (1, None) == (behind.row_count, behind.fault)


def test_a_bomb_among_what_finder_adds_is_not_passed_over():
    """Attributes are small."""
    bomb = profile_of(zip_of(("__MACOSX/._a.csv", bytes(40 << 20)), ("a.csv", "a,b\n1,2\n")))

    assert "several_members" == bomb.fault.code


@pytest.mark.parametrize("members", [[], [("orders/", "")]])
def test_a_zip_without_a_file_is_empty(members):
    """It is not said to be cut off."""
    fault = profile_of(zip_of(*members)).fault

    assert ("empty", "The zip file holds no file.") == (fault.code, fault.message)


def test_an_error_of_the_stream_itself_is_raised():
    """A broken connection is no fault of the file."""

    class Broken:
        def read(self, _size):
            raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        profile_stream(Broken())


HUNGRY = """
import itertools, random, resource, sys
resource.setrlimit(resource.RLIMIT_DATA, (128 << 20, 128 << 20))
layer, columns = sys.argv[1], int(sys.argv[2])
sys.path.insert(0, layer)
from sluice.tables.csv_profiling import profile_stream
pick = random.Random(1)
odd = ["", "x", "2024-01-01", "true", '"1,234"', "a@b.co", "12:30", "{}", "7%"]
def cell(r, c):
    dirty = (r + c) % 13 == 0
    return odd[(r * 7 + c) % 9] if dirty else repr(pick.uniform(-1, 1) * 10 ** pick.randint(-9, 12))
header = [f"c{i}" for i in range(columns)]
body = ([cell(r, c) for c in range(columns)] for r in range(1_500_000 // columns))
rows = itertools.chain([header], body)
class Rows:
    def read(self, size):
        row = next(rows, None)
        return b"" if row is None else (",".join(row) + "\\n").encode()
profile = profile_stream(Rows())
assert profile.row_count > 1000 and len(profile.columns) == columns, profile.fault
profile.to_json()
# VmHWM, not ru_maxrss, which a child inherits from the test process that started it.
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


@pytest.mark.parametrize("columns", [20, 500, 512])
def test_memory_stays_below_64_mb(columns):
    """
    The peak of the whole process, by the system's accounting, under a hard limit of 128 MB on its data.

    Every column has many distinct decimals of all sizes, some text and all kinds of invalid cells.
    """
    command = [sys.executable, "-c", HUNGRY, str(ROOT / "layers/core"), str(columns)]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 64 * 1024, f"{int(done.stdout) / 1024:.1f} MB"
