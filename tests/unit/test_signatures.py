"""One table of magic bytes serves inspection, images, compression and the refusal of what is no table."""

import gzip
import io

import pytest

from sluice.processors.content import found_type
from sluice.signatures import SIGNATURES, signature_of
from sluice.tables.csv_profiling import profile_stream
from tests.tables import profile_of


@pytest.mark.parametrize("signature", SIGNATURES, ids=lambda signature: f"{signature.name} {signature.magic}")
def test_every_signature_is_reached(signature):
    """None hides behind an earlier one."""
    head = b"\x00\x00\x00\x00\x00\x00\x00\x00"[: signature.offset].ljust(signature.offset, b" ")

    assert signature_of(head + signature.magic + bytes(20)) == signature


@pytest.mark.parametrize(
    "label",
    ["ID3", "PAR1", "ORC", "BM", "MZ", "BZh", "8BPS", "gid,ftype", "formats,WEBP", f"{'x' * 256},ustar"],
)
def test_a_table_may_begin_with_letters_that_begin_other_files(label):
    """A signature that text may bear counts only before control characters."""
    data = f"{label},other\n1,2\n".encode()

    assert profile_of(data).fault is None
    assert found_type(data) == "text/plain"


def test_a_compressed_file_within_another_is_named():
    """What comes out of a gzip file is looked at as the file itself is."""
    twice = gzip.compress(gzip.compress(b"a,b\n1,2\n"))

    fault = profile_stream(io.BytesIO(twice)).fault

    assert fault.message == "The file is a gzip file, not a table of delimited text."
