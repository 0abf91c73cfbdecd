"""A rule's options for images, as people write them in JSON."""

import pytest

from sluice.image_options import ImageOptionError, render_plan
from sluice.image_plan import Crop, Fit, MetadataPolicy, Place, RenderPlan, Rendition, Watermark
from sluice.images import Format


def test_no_options_are_the_defaults():
    """The optimized original and three WebP renditions."""
    assert RenderPlan() == render_plan({})


def test_every_option_is_read():
    """Under the names of the plan."""
    plan = render_plan(
        {
            "original": {"quality": 70, "animated": False},
            "renditions": [
                {
                    "name": "card",
                    "width": 400,
                    "height": 300,
                    "fit": "cover",
                    "crop": "centre",
                    "format": "avif",
                    "quality": 40,
                    "sharpen": 0.8,
                    "animated": True,
                },
                {"name": "same", "format": "own"},
            ],
            "background": "#1a2B3c",
            "metadata": "strip-place",
            "watermark": {"text": "© Lumen", "place": "top", "size": 0.5, "opacity": 1},
            "allow_svg": True,
        }
    )

    assert plan == RenderPlan(
        original=Rendition("processed", quality=70),
        renditions=(
            Rendition("card", 400, 300, Fit.COVER, Crop.CENTRE, Format.AVIF, 40, 0.8, animated=True),
            Rendition("same"),
        ),
        background="#1a2B3c",
        metadata=MetadataPolicy.STRIP_PLACE,
        watermark=Watermark(text="© Lumen", place=Place.TOP, size=0.5, opacity=1.0),
        allow_svg=True,
    )


def test_the_image_of_a_watermark_is_given_beside_the_options():
    """The options name its key, which the caller fetches."""
    plan = render_plan({"watermark": {"image": "marks/logo.png"}}, watermark_image=b"\x89PNG")

    assert b"\x89PNG" == plan.watermark.image


def test_the_original_can_be_left_out():
    """Or asked for as it is by default."""
    assert render_plan({"original": False}).original is None
    assert RenderPlan() == render_plan({"original": True})


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"size": 3}, "size is not an option"),
        ({"renditions": {}}, "a list"),
        ({"renditions": ["thumb"]}, "an object"),
        ({"renditions": [{"name": "a"}, {"name": "a"}]}, "same name"),
        ({"renditions": [{"name": "../a"}]}, "rendition name"),
        ({"renditions": [{"name": "processed"}]}, "rendition name"),
        ({"renditions": [{}]}, "rendition name"),
        ({"renditions": [{"name": str(number)} for number in range(21)]}, "at most 20"),
        ({"renditions": [{"name": "a", "wdith": 3}]}, "wdith is not an option"),
        ({"renditions": [{"name": "a", "width": 0}]}, "rendition a: width"),
        ({"renditions": [{"name": "a", "width": True}]}, "rendition a: width"),
        ({"renditions": [{"name": "a", "height": 1.5}]}, "rendition a: height"),
        ({"renditions": [{"name": "a", "quality": 101}]}, "rendition a: quality"),
        ({"renditions": [{"name": "a", "format": "tiff"}]}, "rendition a: format"),
        ({"renditions": [{"name": "a", "fit": "fill"}]}, "inside, cover, exact"),
        ({"renditions": [{"name": "a", "fit": []}]}, "inside, cover, exact"),
        ({"renditions": [{"name": "a", "sharpen": -1}]}, "rendition a: sharpen"),
        ({"renditions": [{"name": "a", "animated": "yes"}]}, "rendition a: animated"),
        ({"original": {"width": 3}}, "width is not an option"),
        ({"background": "white"}, "#rrggbb"),
        ({"metadata": "none"}, "strip, keep, strip-place"),
        ({"watermark": {"text": ""}}, "either a text"),
        ({"watermark": {"text": "x" * 201}}, "either a text"),
        ({"watermark": {"text": "x", "opacity": 2}}, "opacity"),
        ({"watermark": {"text": "x", "place": "middle"}}, "top-left"),
        ({"allow_svg": 1}, "allow_svg"),
    ],
)
def test_a_wrong_option_is_named(options, words):
    """So that a person can mend the rule."""
    with pytest.raises(ImageOptionError, match=words):
        render_plan(options)


def test_a_text_and_an_image_at_once_are_refused():
    """One watermark is one thing."""
    with pytest.raises(ImageOptionError, match="either"):
        render_plan({"watermark": {"text": "x"}}, watermark_image=b"\x89PNG")
