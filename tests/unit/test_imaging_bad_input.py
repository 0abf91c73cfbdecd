"""Whatever is uploaded ends as a rendition or as a refusal with a plain sentence."""

import socket
import struct

import pytest
import pyvips

from sluice.images.engine.rendering import render
from sluice.images.image import Format, Refused, Rendered
from sluice.images.isolation import ImageWorker
from sluice.images.limits import ImageLimits
from sluice.images.plan import MetadataPolicy, RenderPlan
from tests.unit import odd_images

JPEG = odd_images.photo().jpegsave_buffer()
PNG = odd_images.photo().pngsave_buffer()

REFUSED = {
    "zero bytes": (b"", "empty-file", "empty"),
    "text that is called .jpg": (b"Dear customer,\nplease find attached", "not-an-image", "text"),
    "noise": (bytes(range(7, 250)), "not-an-image", "no known image"),
    "HEIC": (odd_images.heic(), "heic-not-supported", "export it as JPEG"),
    "BMP": (b"BM" + bytes(60), "format-not-supported", "BMP"),
    "PDF": (b"%PDF-1.7\n%\xe2\xe3", "format-not-supported", "PDF"),
    "SVG without leave": (odd_images.svg("<rect/>"), "svg-not-allowed", "SVG"),
    "JPEG cut in its data": (JPEG[: len(JPEG) // 2], "truncated", "cut off"),
    "JPEG cut in its header": (JPEG[:100], "truncated", "JPEG"),
    "JPEG of its signature alone": (JPEG[:3], "truncated", "JPEG"),
    "PNG cut": (PNG[: len(PNG) // 2], "damaged", "PNG"),
    "PNG with a false checksum": (PNG.replace(b"IDAT", b"IDAX", 1), "damaged", "PNG"),
    "WebP cut": (odd_images.photo().webpsave_buffer()[:900], "damaged", "WEBP"),
    "GIF cut": (odd_images.animation().gifsave_buffer()[:600], "truncated", "GIF"),
    "AVIF cut": (odd_images.photo().heifsave_buffer(compression="av1", effort=0)[:700], "damaged", "AVIF"),
    "AVIF that is quoted in no known text": (odd_images.avif_quoted(), "damaged", "AVIF"),
    "TIFF cut": (odd_images.photo().tiffsave_buffer()[:500], "damaged", "TIFF"),
    "PNG of 2.5 gigapixels": (odd_images.png_bomb(50_000, 50_000), "too-large", "50000 x 50000"),
    "PNG of 400 megapixels": (odd_images.png_bomb(20_000, 20_000), "too-many-pixels", "400.0 megapixels"),
    "JPEG that claims 60,000 a side": (odd_images.with_size(JPEG, 60_000), "too-large", "60000 x 60000"),
    "JPEG with a hole in its data": (odd_images.with_hole(JPEG), "truncated", "Corrupt JPEG data"),
    "PNG with a flipped bit": (odd_images.with_flipped_bits(PNG), "damaged", "PNG"),
    "GIF with a huge canvas": (odd_images.gif_with_canvas(65_535, 65_535), "too-large", "65535 x 65535"),
    "WebP of five thousand frames": (odd_images.animated_webp(5_000), "too-many-frames", "5000 frames"),
}

RENDERED = {
    "PNG whose comment is named in Latin-1": PNG[:33]
    + odd_images.png_chunk(b"tEXt", b"Gr\xf6\xdfe\x00x")
    + PNG[33:],
    "16-bit PNG": odd_images.photo().colourspace("rgb16").pngsave_buffer(bitdepth=16),
    "16-bit grey PNG": odd_images.photo().colourspace("grey16").pngsave_buffer(bitdepth=16),
    "CMYK JPEG without a profile": odd_images.cmyk_jpeg(),
    "CMYK JPEG with its profile": odd_images.in_cmyk().jpegsave_buffer(keep="icc"),
    "CMYK TIFF": odd_images.in_cmyk().tiffsave_buffer(keep="icc"),
    "Lab TIFF": odd_images.photo().colourspace("lab").tiffsave_buffer(),
    "TIFF of two pages": odd_images.animation().tiffsave_buffer(),
    "palette GIF": odd_images.photo().gifsave_buffer(),
    "lossless WebP with alpha": odd_images.see_through().webpsave_buffer(lossless=True),
    "12-bit AVIF": odd_images.photo()
    .colourspace("rgb16")
    .heifsave_buffer(compression="av1", effort=0, bitdepth=12),
    "palette PNG": odd_images.photo().pngsave_buffer(palette=True),
    "1-bit PNG": odd_images.photo().colourspace("b-w").pngsave_buffer(bitdepth=1),
    "1-bit TIFF": odd_images.photo().colourspace("b-w").tiffsave_buffer(bitdepth=1),
    "float TIFF": odd_images.photo().colourspace("scrgb").tiffsave_buffer(),
    "grey with alpha": odd_images.photo().colourspace("b-w").bandjoin(128).pngsave_buffer(),
    "progressive JPEG": odd_images.photo().jpegsave_buffer(interlace=True),
    "interlaced PNG": odd_images.photo().pngsave_buffer(interlace=True),
    "one pixel": pyvips.Image.black(1, 1, bands=3).pngsave_buffer(),
    "a line": pyvips.Image.black(5_000, 1, bands=3).pngsave_buffer(),
    "JPEG with bytes after its end": JPEG + b"PK\x03\x04 and a zip",
    "JPEG with stray bytes": JPEG[:-2] + bytes(6) + JPEG[-2:],
    "a JPEG called otherwise": JPEG,
}


@pytest.mark.parametrize("name", REFUSED)
def test_an_image_that_cannot_be_used_is_refused_with_a_code_and_a_sentence(name):
    """The code is stable, the sentence names what a person has to know."""
    content, code, words = REFUSED[name]

    result = render(content)

    assert isinstance(result, Refused), result
    assert (code, True) == (result.code, words in result.sentence), result
    assert result.sentence.endswith(".")
    assert "\n" not in result.sentence


@pytest.mark.parametrize("name", RENDERED)
def test_an_odd_image_gets_all_its_renditions(name):
    """Four outputs, each of which libvips reads back in the size that is recorded."""
    result = render(RENDERED[name])

    assert isinstance(result, Rendered), result
    assert ["processed", "large", "medium", "thumb"] == [output.name for output in result.outputs]
    for output in result.outputs:
        image = pyvips.Image.new_from_buffer(output.content, "", fail_on="error").copy_memory()
        assert (output.width, output.height) == (image.width, image.height)


def test_no_odd_image_costs_the_rendering_process_its_life():
    """As a warm function meets them, one after the other, and a sound one at the end."""
    with ImageWorker() as worker:
        worker.render(JPEG)
        pid = worker.pid
        for content in [*RENDERED.values(), *(content for content, _, _ in REFUSED.values())]:
            assert render(content) == worker.render(content)

        assert isinstance(worker.render(JPEG), Rendered)
        assert worker.pid == pid


def test_a_rendition_of_cmyk_is_rgb():
    """Browsers show CMYK in false colours or not at all."""
    result = render(odd_images.cmyk_jpeg())

    assert "cmyk" == result.facts.colour_space
    assert {"srgb"} == {
        str(pyvips.Image.new_from_buffer(output.content, "").interpretation) for output in result.outputs
    }


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_output_is_upright_and_says_so(orientation):
    """The red corner comes out where EXIF says it belongs, and no output asks to be turned again."""
    stored = pyvips.Image.jpegload_buffer(odd_images.oriented(orientation))
    expected = stored.autorot()

    result = render(odd_images.oriented(orientation))

    assert orientation == result.facts.orientation
    assert (expected.width, expected.height) == (result.facts.width, result.facts.height)
    for output in result.outputs:
        image = pyvips.Image.new_from_buffer(output.content, "")
        assert not image.get_typeof("orientation") or image.get("orientation") == 1
        for x, y in ((0.1, 0.1), (0.9, 0.1), (0.1, 0.9), (0.9, 0.9)):
            seen = image(round(x * image.width), round(y * image.height))
            meant = expected(round(x * expected.width), round(y * expected.height))
            assert abs(seen[0] - meant[0]) < 40


def test_an_orientation_beyond_the_eight_is_none():
    """Cameras and editors write 0 and 9."""
    assert 1 == render(odd_images.oriented(9)).facts.orientation


def test_broken_exif_is_left_out():
    """An APP1 segment whose directory points outside of it."""
    broken = b"Exif\x00\x00II*\x00\xff\xff\xff\x7f" + b"\xaa" * 40
    segment = b"\xff\xe1" + struct.pack(">H", len(broken) + 2) + broken

    result = render(JPEG[:2] + segment + JPEG[2:])

    assert isinstance(result, Rendered)
    assert all(b"Exif" not in output.content for output in result.outputs)


@pytest.mark.parametrize(
    "profile", [b"not a profile", bytes(200), b"\x00" * 16 + b"CMYK" + b"\x00" * 16 + b"acsp" + bytes(200)]
)
def test_a_broken_colour_profile_is_left_out_and_noted(profile):
    """A profile for other channels counts as broken."""
    result = render(odd_images.jpeg_with_profile(profile))

    assert (
        "The colour profile is broken or made for other channels, and was left out.",
    ) == result.facts.warnings
    assert all(
        not pyvips.Image.new_from_buffer(output.content, "").get_typeof("icc-profile-data")
        for output in result.outputs
    )


def test_a_file_beyond_the_bytes_allowed_is_refused_unread():
    """Before anything looks into it."""
    result = render(JPEG, limits=ImageLimits(max_bytes=len(JPEG) - 1))

    assert "too-many-bytes" == result.code


def test_frames_count_as_pixels_only_where_they_are_kept():
    """A long animation of which only the first frame is wanted costs one frame."""
    gif = odd_images.animation(frames=30).gifsave_buffer()
    limits = ImageLimits(max_pixels=60 * 40 * 10)

    assert "too-many-pixels" == render(gif, limits=limits).code
    assert isinstance(render(gif, RenderPlan(original=None), limits), Rendered)


@pytest.mark.parametrize(
    "content",
    [
        odd_images.svg(
            '<text y="20">&a;</text>',
            before='<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'.replace(
                "]>",
                "".join(f'<!ENTITY c{n} "{f"&c{n - 1};" * 10 if n else "&b;"}">' for n in range(9)) + "]>",
            ),
        ),
        odd_images.svg(
            '<text y="20">&x;</text>', before='<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        ),
    ],
    ids=["entities of entities", "external entity"],
)
def test_an_svg_with_entities_is_drawn_without_them_or_refused(content):
    """Nothing is expanded without end."""
    result = render(content, RenderPlan(allow_svg=True))

    assert isinstance(result, Rendered) or result.code in {"damaged", "truncated"}


@pytest.mark.enable_socket
@pytest.mark.parametrize(
    "body",
    [
        '<image href="{}/x.png" width="40" height="30"/>',
        '<image xlink:href="{}/x.svg" width="40" height="30"/>',
        '<use href="{}/x.svg#a"/>',
        '<style>@import url("{}/x.css");</style><rect width="9" height="9"/>',
        "<style>@font-face {{font-family: a; src: url('{}/a')}}</style><text y='9' font-family='a'>a</text>",
        "<script href='{}/x.js'/><rect width='9' height='9'/>",
    ],
)
def test_an_svg_that_refers_to_a_server_reaches_none(body):
    """A server listens, and nobody comes."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)  # noqa: FBT003 (its only parameter)
        address = f"http://127.0.0.1:{server.getsockname()[1]}"

        assert isinstance(render(odd_images.svg(body.format(address)), RenderPlan(allow_svg=True)), Rendered)
        with pytest.raises(BlockingIOError):
            server.accept()


def test_an_svg_cannot_show_a_file_of_this_machine(tmp_path):
    """The same drawing with the picture given within shows it, so the test would notice."""
    red = (
        pyvips.Image.black(40, 30)
        .bandjoin([0, 0])
        .linear(1, [255, 0, 0])
        .cast("uchar")
        .copy(interpretation="srgb")
    )
    red.pngsave(str(tmp_path / "secret.png"))
    within = "data:image/png;base64," + __import__("base64").b64encode(red.pngsave_buffer()).decode()

    def colour_shown(reference):
        drawing = tmp_path / "drawing.svg"
        drawing.write_bytes(odd_images.svg(f'<image xlink:href="{reference}" width="40" height="30"/>'))
        thumb = render(drawing, RenderPlan(allow_svg=True)).outputs[-1]
        return pyvips.Image.new_from_buffer(thumb.content, "")(20, 15)

    assert colour_shown(within)[0] > 200
    assert colour_shown("secret.png")[3] == 0
    assert colour_shown(f"file://{tmp_path}/secret.png")[3] == 0
    assert colour_shown(f"{tmp_path}/secret.png")[3] == 0


def test_an_allowed_svg_becomes_png():
    """It has no own format to be written in."""
    result = render(odd_images.svg('<rect width="40" height="30" fill="teal"/>'), RenderPlan(allow_svg=True))

    assert (Format.SVG, Format.PNG) == (result.facts.format, result.outputs[0].format)


def test_an_svg_that_claims_a_huge_page_is_refused():
    """Its size is read before it is drawn."""
    result = render(odd_images.svg("<rect/>", width=29_000, height=29_000), RenderPlan(allow_svg=True))

    assert "too-many-pixels" == result.code


def test_metadata_cannot_carry_the_place_past_a_policy_that_strips_it():
    """Neither by default nor with `strip-place`, under which the camera stays."""
    by_default = render(odd_images.with_place()).outputs
    without_place = render(odd_images.with_place(), RenderPlan(metadata=MetadataPolicy.STRIP_PLACE)).outputs

    assert all(not _fields(output, "exif-") for output in by_default)
    assert all(not _fields(output, "exif-ifd3") for output in without_place)
    assert all(_fields(output, "exif-ifd0-Make") for output in without_place)


def _fields(output, prefix):
    image = pyvips.Image.new_from_buffer(output.content, "")
    return [name for name in image.get_fields() if name.startswith(prefix)]
