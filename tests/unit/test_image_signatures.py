"""A format is told by content, never by name."""

import pytest

from sluice.images.image import Format
from sluice.images.signatures import recognise


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"\xff\xd8\xff\xe0", Format.JPEG),
        (b"\x89PNG\r\n\x1a\n\x00", Format.PNG),
        (b"GIF87a", Format.GIF),
        (b"GIF89a", Format.GIF),
        (b"II*\x00", Format.TIFF),
        (b"MM\x00*", Format.TIFF),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", Format.WEBP),
        (b"\x00\x00\x00\x18ftypavif\x00\x00\x00\x00mif1miaf", Format.AVIF),
        (b"\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00avifmif1miaf", Format.AVIF),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", Format.SVG),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- made by -->\n<SVG>", Format.SVG),
        ("\ufeff<svg >".encode("utf-16-le"), Format.SVG),
        (b"<svg:svg xmlns:svg='http://www.w3.org/2000/svg'>", Format.SVG),
    ],
)
def test_a_known_format_is_recognised(head, expected):
    """By its signature, or for an SVG by its root element."""
    assert expected is recognise(head)


@pytest.mark.parametrize(
    ("head", "code"),
    [
        (b"", "empty-file"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "heic-not-supported"),
        (b"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1heic", "heic-not-supported"),
        (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00isommp42", "not-an-image"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "not-an-image"),
        (b"BM\x00\x00", "format-not-supported"),
        (b"\x00\x00\x00\x0cJXL \r\n\x87\n", "format-not-supported"),
        ("Grüße aus Köln".encode(), "not-an-image"),
        ("é".encode()[:1], "not-an-image"),
        (b"\xff\xd8", "not-an-image"),
    ],
)
def test_anything_else_is_refused(head, code):
    """With a code for machines and a sentence for people."""
    refused = recognise(head)

    assert code == refused.code
    assert refused.sentence.endswith(".")


def test_text_is_called_text():
    """Also where the head ends within a character."""
    assert "text" in recognise(("a" + "é" * 3000).encode()[:4096]).sentence
