"""What the engine makes of good images, under every option."""

import pytest
import pyvips

from sluice.images.engine.rendering import render
from sluice.images.image import Format
from sluice.images.plan import Box, Crop, Fit, MetadataPolicy, Place, RenderPlan, Rendition, Watermark
from tests.unit import odd_images

PHOTO = odd_images.photo(2000, 1200)
JPEG = PHOTO.jpegsave_buffer(Q=97)
FADING = odd_images.see_through().pngsave_buffer()


def image_of(output, **options):
    """The output's pixels, read back."""
    return pyvips.Image.new_from_buffer(output.content, "", **options)


def only(source, rendition, **plan):
    """The one output of a plan with one rendition."""
    rendered = render(source, RenderPlan(original=None, renditions=(rendition,), **plan))
    return rendered.outputs[0]


def seen(image):
    """The image as it looks on white."""
    return image.flatten(background=255) if image.hasalpha() else image


def difference(image, other):
    """Mean distance of two images' channels, 0 to 255."""
    return (image.colourspace("srgb")[0:3] - other.colourspace("srgb")[0:3]).abs().avg()


def test_by_default_an_image_is_optimized_and_gets_three_webp_renditions():
    """The names, formats and sizes that sites rely on."""
    rendered = render(JPEG)

    assert [
        ("processed", Format.JPEG, 2000, 1200),
        ("large", Format.WEBP, 1600, 960),
        ("medium", Format.WEBP, 640, 384),
        ("thumb", Format.WEBP, 160, 96),
    ] == [(made.name, made.format, made.width, made.height) for made in rendered.outputs]
    assert rendered.bytes_saved == len(JPEG) - len(rendered.outputs[0].content) > 0


def test_a_path_will_do(tmp_path):
    """A function that downloads to a file need not read it."""
    (tmp_path / "a.jpg").write_bytes(JPEG)

    assert render(JPEG) == render(tmp_path / "a.jpg")


def test_the_facts_of_a_photo():
    """As the catalogue keeps them."""
    facts = render(JPEG).facts

    assert (Format.JPEG, 2000, 1200, 1, "srgb", False, 1) == (
        facts.format,
        facts.width,
        facts.height,
        facts.orientation,
        facts.colour_space,
        facts.has_alpha,
        facts.frames,
    )
    assert len(facts.dominant_colour) == 7
    assert len(facts.placeholder) > 20


@pytest.mark.parametrize("side", [1600, 640, 160])
def test_a_rendition_made_from_a_rendition_looks_like_one_made_from_the_source(side):
    """The cascade saves time, not sharpness: mean distance below 1 of 255 from a direct reduction."""
    output = only(JPEG, Rendition("a", side, format=Format.PNG))
    cascaded = next(
        made
        for made in render(
            JPEG,
            RenderPlan(
                original=None,
                renditions=tuple(Rendition(str(size), size, format=Format.PNG) for size in (1600, 640, 160)),
            ),
        ).outputs
        if made.name == str(side)
    )

    assert difference(image_of(output), image_of(cascaded)) < 1


@pytest.mark.parametrize("kind", [Format.JPEG, Format.PNG, Format.WEBP, Format.AVIF, Format.GIF])
def test_every_format_can_be_asked_for(kind):
    """And is what it says it is."""
    output = only(JPEG, Rendition("a", 300, format=kind))

    loader = image_of(output).get("vips-loader")
    assert {"heifload_buffer": "avif"}.get(loader, loader.removesuffix("load_buffer")) == output.format
    assert difference(image_of(output), PHOTO.thumbnail_image(300, size="force", height=180)) < 8


@pytest.mark.parametrize("kind", [Format.JPEG, Format.PNG, Format.WEBP, Format.AVIF, Format.GIF, Format.TIFF])
def test_every_raster_format_is_optimized_as_itself(kind):
    """A PNG stays a PNG."""
    save = {Format.AVIF: "heifsave_buffer"}.get(kind, f"{kind}save_buffer")
    source = getattr(odd_images.photo(), save)(
        **({"compression": "av1", "effort": 0} if kind is Format.AVIF else {})
    )

    assert kind is render(source).outputs[0].format


def test_lower_quality_is_fewer_bytes():
    """Down to a third."""
    low, high = (only(JPEG, Rendition("a", 800, format=Format.WEBP, quality=quality)) for quality in (20, 90))

    assert len(low.content) < len(high.content) / 3


def test_cover_fills_its_box_with_what_draws_attention():
    """The red corner is left of the centre; attention finds it, a centre crop does not."""
    plain = pyvips.Image.black(900, 300, bands=3).linear(1, 90).cast("uchar").copy(interpretation="srgb")
    source = plain.draw_rect([230, 20, 20], 60, 100, 90, 90, fill=True).pngsave_buffer()

    attention, centre = (
        only(source, Rendition("a", 200, 200, fit=Fit.COVER, crop=crop, format=Format.PNG)) for crop in Crop
    )

    assert (200, 200) == (attention.width, attention.height) == (centre.width, centre.height)
    assert image_of(attention)[0].max() > 200
    assert image_of(centre)[0].max() < 100


def test_exact_gives_up_the_shape():
    """Both corners are still there."""
    output = only(JPEG, Rendition("a", 100, 300, fit=Fit.EXACT, format=Format.PNG))

    assert (100, 300) == (output.width, output.height)
    assert difference(image_of(output), PHOTO.thumbnail_image(100, height=300, size="force")) < 1


@pytest.mark.parametrize(("colour", "expected"), [("#ffffff", 255), ("#000000", 0)])
def test_transparency_gets_the_background_where_a_format_has_none(colour, expected):
    """JPEG; the left end of the picture is all background."""
    output = only(FADING, Rendition("a", format=Format.JPEG), background=colour)

    assert not image_of(output).hasalpha()
    assert abs(image_of(output)(1, 100)[1] - expected) < 12


def test_grey_transparency_gets_a_background_too():
    """One channel and alpha."""
    source = odd_images.photo().colourspace("b-w").bandjoin(0).cast("uchar").pngsave_buffer()

    assert image_of(only(source, Rendition("a", format=Format.JPEG), background="#ff0000"))(5, 5)[0] > 240


def test_transparency_is_kept_where_a_format_has_it():
    """Without a dark seam: colours are premultiplied while resizing."""
    output = only(FADING, Rendition("a", 100, format=Format.PNG))

    assert image_of(output).hasalpha()
    assert abs(image_of(output)(50, 30)[3] - 128) < 6


def test_sharpening_raises_contrast_at_edges():
    """Measured as the mean gradient."""
    soft, sharp = (
        only(JPEG, Rendition("a", 400, format=Format.PNG, sharpen=amount)) for amount in (0.0, 1.0)
    )

    assert image_of(sharp).sobel().avg() > image_of(soft).sobel().avg()


@pytest.mark.parametrize("place", [Place.TOP_LEFT, Place.BOTTOM_RIGHT])
@pytest.mark.parametrize("source", [JPEG, FADING], ids=["opaque", "transparent"])
def test_a_text_is_laid_over_its_corner_and_no_other(place, source):
    """Tags in it are text, not markup."""
    mark = Watermark(text="© <b>Sluice</b> & Söhne", place=place, opacity=0.9)

    plain = image_of(only(source, Rendition("a", 400, format=Format.PNG)))
    marked = image_of(only(source, Rendition("a", 400, format=Format.PNG), watermark=mark))

    changed = (seen(plain) - seen(marked)).abs()
    half, quarter = plain.height // 2, plain.width // 2
    top_left = changed.crop(0, 0, quarter, half).avg()
    bottom_right = changed.crop(plain.width - quarter, plain.height - half, quarter, half).avg()
    near, far = (top_left, bottom_right) if place is Place.TOP_LEFT else (bottom_right, top_left)
    assert far < 0.1  # colours under alpha are rounded once more
    assert near > 0.3
    assert plain.bands == marked.bands


def test_the_size_and_opacity_of_an_image_watermark():
    """A white square, half through, over a quarter of the width in the centre of a black image."""
    white = pyvips.Image.black(50, 50, bands=3).linear(1, 255).cast("uchar").copy(interpretation="srgb")
    black = pyvips.Image.black(400, 400, bands=3).cast("uchar").copy(interpretation="srgb").pngsave_buffer()
    mark = Watermark(image=white.pngsave_buffer(), place=Place.CENTRE, size=0.25, opacity=0.5)

    marked = image_of(only(black, Rendition("a", format=Format.PNG), watermark=mark))

    assert abs(marked(200, 200)[0] - 128) < 3
    assert marked(145, 200)[0] == 0 == marked(255, 200)[0]
    assert abs(marked(155, 200)[0] - 128) < 3


def test_a_watermark_that_is_no_image_is_the_rules_fault():
    """The message says so; the file is not refused for it."""
    with pytest.raises(ValueError, match="watermark"):
        render(JPEG, RenderPlan(watermark=Watermark(image=b"not an image")))


def test_a_colour_profile_stays_whatever_the_policy():
    """Without it, a picture from a phone with a wide gamut looks pale."""
    profiled = PHOTO.icc_transform("p3", input_profile="srgb").jpegsave_buffer(keep="icc")
    wide = image_of(render(profiled).outputs[0]).get("icc-profile-data")

    for policy in MetadataPolicy:
        for output in render(profiled, RenderPlan(metadata=policy)).outputs:
            assert wide == image_of(output).get("icc-profile-data")


def test_metadata_is_kept_where_a_rule_says_so():
    """Place and all."""
    output = render(odd_images.with_place(), RenderPlan(metadata=MetadataPolicy.KEEP)).outputs[0]

    assert {"exif-ifd0-Make", "exif-ifd3-GPSLatitude"} <= set(image_of(output).get_fields())


@pytest.mark.parametrize("kind", ["gif", "webp"])
def test_an_animation_stays_one_in_the_optimized_original(kind):
    """With its frames and their times; renditions show the first frame unless told otherwise."""
    source = getattr(odd_images.animation(), f"{kind}save_buffer")()

    rendered = render(
        source, RenderPlan(renditions=(Rendition("still", 30), Rendition("moving", 30, animated=True)))
    )
    processed, *renditions = (image_of(output, n=-1) for output in rendered.outputs)
    by_name = dict(zip([output.name for output in rendered.outputs[1:]], renditions, strict=True))

    assert 5 == rendered.facts.frames
    assert (5, 40, [80] * 5) == (
        processed.get_n_pages(),
        processed.get("page-height"),
        processed.get("delay")[:5],
    )
    assert 1 == by_name["still"].get_n_pages()
    assert (5, 20, 30) == (
        by_name["moving"].get_n_pages(),
        by_name["moving"].get("page-height"),
        by_name["moving"].width,
    )


def test_a_moving_cover_is_cut_alike_in_every_frame():
    """Attention would jump."""
    source = odd_images.animation().gifsave_buffer()

    output = only(source, Rendition("a", 20, 20, fit=Fit.COVER, animated=True))

    assert (20, 20) == (output.width, output.height)
    assert 5 == image_of(output, n=-1).get_n_pages()


def test_a_watermark_is_on_every_frame():
    """Not on the first alone."""
    source = odd_images.animation().webpsave_buffer(lossless=True)
    plan = {"renditions": (), "original": Rendition("processed", animated=True)}

    plain = image_of(render(source, RenderPlan(**plan)).outputs[0], n=-1)
    marked = image_of(
        render(source, RenderPlan(**plan, watermark=Watermark(text="S", size=0.5))).outputs[0], n=-1
    )

    for page, other in zip(plain.pagesplit(), marked.pagesplit(), strict=True):
        assert difference(page, other) > 1


def test_a_blurred_face_is_gone_from_every_output_and_the_rest_is_not():
    """Within the box nothing of the checks is left, outside everything."""
    checks = odd_images.checks(600, 400)
    box = Box(left=0.25, top=0.25, width=0.25, height=0.5)

    rendered = render(
        checks.pngsave_buffer(), RenderPlan(blur=(box,), renditions=(Rendition("a", 300, format=Format.PNG),))
    )

    for output in rendered.outputs:
        image = image_of(output)
        left, top, width, height = (
            round(share * side)
            for share, side in zip((0.28, 0.3, 0.19, 0.4), (image.width, image.height) * 2, strict=True)
        )
        assert image.crop(left, top, width, height).deviate() < 12
        assert image.crop(round(image.width * 0.6), top, width, height).deviate() > 50


@pytest.mark.parametrize(
    "box", [Box(0, 0, 1, 1), Box(-0.2, -0.2, 0.5, 0.5), Box(0.9, 0.9, 0.5, 0.5), Box(0.5, 0.5, 0, 0)]
)
def test_a_box_may_reach_over_the_edge(box):
    """Faces at the edge of a picture have such boxes."""
    assert 4 == len(render(JPEG, RenderPlan(blur=(box,))).outputs)


def test_an_animation_loses_its_motion_where_faces_are_blurred():
    """The boxes are those of one frame; the faces move on."""
    rendered = render(odd_images.animation().gifsave_buffer(), RenderPlan(blur=(Box(0, 0, 0.5, 0.5),)))

    assert 1 == image_of(rendered.outputs[0], n=-1).get_n_pages()


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp"])
def test_the_optimized_original_is_never_larger_than_the_source(kind):
    """A source that is small already is passed on as it is, without its metadata."""
    tight = {
        "jpeg": {"Q": 20, "trellis_quant": True},
        "png": {"compression": 9, "palette": True, "bitdepth": 2},
        "webp": {"Q": 5},
    }
    image = odd_images.with_field(PHOTO, "exif-ifd0-Make", "Lumen")
    source = getattr(image, f"{kind}save_buffer")(keep=odd_images.KEEP_ALL, **tight[kind])

    output = render(source).outputs[0]

    assert len(output.content) < len(source)
    assert b"Lumen" not in output.content
    assert difference(image_of(output), pyvips.Image.new_from_buffer(source, "")) == 0


def test_renditions_alone_shrink_while_loading():
    """The size is the source's all the same."""
    rendered = render(JPEG, RenderPlan(original=None, renditions=(Rendition("a", 160),)))

    assert (2000, 1200) == (rendered.facts.width, rendered.facts.height)
    assert (160, 96) == (rendered.outputs[0].width, rendered.outputs[0].height)


def test_a_still_of_an_animation_is_never_the_animation_itself():
    """However small that is: two frames of one colour take less than a photograph."""
    plain = pyvips.Image.black(600, 400).linear([1, 1, 1], [40, 80, 120])
    strip = pyvips.Image.arrayjoin([plain, plain + 60], across=1).cast("uchar").copy(interpretation="srgb")
    strip.set_type(pyvips.GValue.gint_type, "page-height", 400)
    source = strip.webpsave_buffer(lossless=True)

    output = render(source, RenderPlan(original=Rendition("processed"), renditions=())).outputs[0]

    assert 1 == image_of(output, n=-1).get_n_pages()
    assert source != output.content
