"""Metadata leaves an encoded image without a pixel being touched."""

import pytest
import pyvips
from hypothesis import given
from hypothesis import strategies as st

from sluice.images.image import Format
from sluice.images.metadata import without_metadata
from tests.unit import odd_images

NOTED = odd_images.with_field(
    odd_images.with_field(
        odd_images.photo().icc_transform("p3", input_profile="srgb"), "exif-ifd0-Make", "Lumen"
    ),
    "xmp-data",
    b"<x:xmpmeta>Lumen</x:xmpmeta>",
    pyvips.GValue.blob_type,
)
SAVED = {
    "JPEG": (Format.JPEG, NOTED.jpegsave_buffer(keep=odd_images.KEEP_ALL)),
    "progressive JPEG": (Format.JPEG, NOTED.jpegsave_buffer(keep=odd_images.KEEP_ALL, interlace=True)),
    "JPEG with restarts": (Format.JPEG, NOTED.jpegsave_buffer(keep=odd_images.KEEP_ALL, restart_interval=2)),
    "PNG": (Format.PNG, NOTED.pngsave_buffer(keep=odd_images.KEEP_ALL)),
    "WebP": (Format.WEBP, NOTED.webpsave_buffer(keep=odd_images.KEEP_ALL)),
    "lossless WebP": (Format.WEBP, NOTED.webpsave_buffer(keep=odd_images.KEEP_ALL, lossless=True)),
}


@pytest.mark.parametrize("name", SAVED)
def test_pixels_and_profile_stay_and_the_rest_goes(name):
    """Whatever the kind of file."""
    kind, content = SAVED[name]
    assert b"Lumen" in content

    bare = without_metadata(content, kind)

    before, after = (pyvips.Image.new_from_buffer(one, "", fail_on="warning") for one in (content, bare))
    assert b"Lumen" not in bare
    assert before.get("icc-profile-data") == after.get("icc-profile-data")
    assert (before - after).abs().max() == 0


def test_a_chunk_of_somebodys_own_goes_too():
    """Content credentials, say, name who took a picture and where."""
    png, webp = SAVED["PNG"][1], SAVED["WebP"][1]
    note = b"taken by Ada"
    odd_png = png[:33] + odd_images.png_chunk(b"caBX", note) + png[33:]
    body = webp[8:] + b"C2PA" + len(note).to_bytes(4, "little") + note
    odd_webp = b"RIFF" + len(body).to_bytes(4, "little") + body

    assert without_metadata(odd_png, Format.PNG) == without_metadata(png, Format.PNG)
    assert without_metadata(odd_webp, Format.WEBP) == without_metadata(webp, Format.WEBP)


@pytest.mark.parametrize("name", SAVED)
def test_what_follows_the_image_goes_too(name):
    """Telephones append films, others archives."""
    kind, content = SAVED[name]

    assert without_metadata(content, kind) == without_metadata(content + b"and a film", kind)


@pytest.mark.parametrize("name", SAVED)
def test_a_stripped_image_has_nothing_left_to_strip(name):
    """Twice is once."""
    kind, content = SAVED[name]
    bare = without_metadata(content, kind)

    assert bare == without_metadata(bare, kind)


def test_an_animated_png_keeps_its_first_image_alone():
    """The others are never looked at, so they are not passed on."""
    moving = odd_images.animated_png()
    still = without_metadata(moving, Format.PNG)

    assert b"fdAT" in moving
    assert not any(name in still for name in (b"acTL", b"fcTL", b"fdAT"))
    before, after = (pyvips.Image.new_from_buffer(one, "") for one in (moving, still))
    assert (before - after).abs().max() == 0


@pytest.mark.parametrize("name", ["JPEG", "PNG"])
def test_a_file_cut_short_is_not_passed_on(name):
    """There is no end of image in it."""
    kind, content = SAVED[name]

    assert without_metadata(content[:-30], kind) is None


def test_other_formats_are_left_to_their_encoder():
    """None is the answer."""
    assert without_metadata(odd_images.photo().gifsave_buffer(), Format.GIF) is None


@given(st.sampled_from([Format.JPEG, Format.PNG, Format.WEBP]), st.binary(max_size=200))
def test_anything_at_all_ends(kind, content):
    """With bytes or None, and without an exception."""
    for start in (b"", b"\xff\xd8", b"\x89PNG\r\n\x1a\n", b"RIFF\xff\xff\x00\x00WEBP"):
        assert isinstance(without_metadata(start + content, kind), bytes | None)
