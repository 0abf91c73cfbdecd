"""A rule's options for images, as people write them in JSON: all of them are read, and wrong ones named."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from sluice.images.analysis import AnalysisOptions, Detection
from sluice.images.image import Format
from sluice.images.option_reading import ImageOptionError, read_options, validate
from sluice.images.options import Bucket, ImageOptions, WatermarkImage
from sluice.images.plan import Crop, Fit, MetadataPolicy, Place, RenderPlan, Rendition, Watermark

DOCS = Path(__file__).parents[2] / "docs"
SCHEMA = Draft202012Validator(json.loads((DOCS / "schemas/image_options.schema.json").read_text()))

EVERY_OPTION = {
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
    "analysis": {"detect": ["moderation", "faces"], "reject_above": 80, "blur_faces": True},
}
RIGHT = [
    {},
    EVERY_OPTION,
    {"original": True, "analysis": True, "watermark": None, "renditions": None},
    {"original": False, "analysis": False, "renditions": []},
    {"watermark": {"image": "marks/logo.png"}},
    {"watermark": {"image": "logo.png", "bucket": "outbox", "size": 0, "opacity": 0}},
    {"analysis": {"detect": []}},
    {"renditions": [{"name": "a", "width": None, "height": 30_000, "quality": None}]},
]
WRONG = [
    ({"size": 3}, "size"),
    ({"renditions": {}}, "renditions"),
    ({"renditions": ["thumb"]}, "renditions.0"),
    ({"renditions": [{"name": "../a"}]}, "renditions.0.name"),
    ({"renditions": [{"name": "processed"}]}, "renditions.0.name"),
    ({"renditions": [{}]}, "renditions.0.name"),
    ({"renditions": [{"name": 7}]}, "renditions.0.name"),
    ({"renditions": [{"name": str(number)} for number in range(21)]}, "renditions"),
    ({"renditions": [{"name": "a"}, {"name": "b", "wdith": 3}]}, "renditions.1.wdith"),
    ({"renditions": [{"name": "a", "width": 0}]}, "renditions.0.width"),
    ({"renditions": [{"name": "a", "width": True}]}, "renditions.0.width"),
    ({"renditions": [{"name": "a", "height": 1.5}]}, "renditions.0.height"),
    ({"renditions": [{"name": "a", "quality": 101}]}, "renditions.0.quality"),
    ({"renditions": [{"name": "a", "format": "tiff"}]}, "renditions.0.format"),
    ({"renditions": [{"name": "a", "fit": "fill"}]}, "renditions.0.fit"),
    ({"renditions": [{"name": "a", "fit": []}]}, "renditions.0.fit"),
    ({"renditions": [{"name": "a", "crop": "left"}]}, "renditions.0.crop"),
    ({"renditions": [{"name": "a", "sharpen": -1}]}, "renditions.0.sharpen"),
    ({"renditions": [{"name": "a", "animated": "yes"}]}, "renditions.0.animated"),
    ({"original": {"width": 3}}, "original.width"),
    ({"original": {"quality": 0}}, "original.quality"),
    ({"original": "no"}, "original"),
    ({"background": "white"}, "background"),
    ({"background": None}, "background"),
    ({"metadata": "none"}, "metadata"),
    ({"watermark": "Lumen"}, "watermark"),
    ({"watermark": {}}, "watermark"),
    ({"watermark": {"text": "a", "image": "b"}}, "watermark"),
    ({"watermark": {"text": ""}}, "watermark.text"),
    ({"watermark": {"text": "x" * 201}}, "watermark.text"),
    ({"watermark": {"image": ""}}, "watermark.image"),
    ({"watermark": {"image": "a.png", "bucket": "mine"}}, "watermark.bucket"),
    ({"watermark": {"text": "a", "bucket": "inbox"}}, "watermark.bucket"),
    ({"watermark": {"text": "x", "opacity": 2}}, "watermark.opacity"),
    ({"watermark": {"text": "x", "place": "middle"}}, "watermark.place"),
    ({"allow_svg": 1}, "allow_svg"),
    ({"analysis": "faces"}, "analysis"),
    ({"analysis": {"detect": ["cats"]}}, "analysis.detect.0"),
    ({"analysis": {"reject_above": 101}}, "analysis.reject_above"),
    ({"analysis": {"blur_faces": 1}}, "analysis.blur_faces"),
    ({"analysis": {"detect": ["labels"], "blur_faces": True}}, "analysis.blur_faces"),
    ({"analysis": {"detect": ["labels"], "reject_above": 50}}, "analysis.reject_above"),
]
BEYOND_A_SCHEMA = ({"renditions": [{"name": "a"}, {"name": "a"}]}, "renditions.1.name")


def test_no_options_are_the_defaults():
    """The optimized original, three WebP renditions, and whatever analysis the stack has."""
    assert read_options({}) == ImageOptions(RenderPlan(), None, AnalysisOptions())


def test_every_option_is_read():
    """Under the names of the plan."""
    assert read_options(EVERY_OPTION) == ImageOptions(
        plan=RenderPlan(
            original=Rendition("processed", quality=70),
            renditions=(
                Rendition("card", 400, 300, Fit.COVER, Crop.CENTRE, Format.AVIF, 40, 0.8, animated=True),
                Rendition("same"),
            ),
            background="#1a2B3c",
            metadata=MetadataPolicy.STRIP_PLACE,
            watermark=Watermark(text="© Lumen", place=Place.TOP, size=0.5, opacity=1.0),
            allow_svg=True,
        ),
        watermark_image=None,
        analysis=AnalysisOptions(frozenset({Detection.MODERATION, Detection.FACES}), 80.0, blur_faces=True),
    )


@pytest.mark.parametrize(
    ("more", "bucket"), [({}, Bucket.INBOX), ({"bucket": "inbox"}, "inbox"), ({"bucket": "outbox"}, "outbox")]
)
def test_an_image_to_lay_over_others_is_named_by_bucket_and_key(more, bucket):
    """Its bytes come later."""
    options = read_options({"watermark": {"image": "marks/logo.png", "place": "left"} | more})

    assert options.watermark_image == WatermarkImage(bucket, "marks/logo.png")
    assert options.plan_with(b"\x89PNG").watermark == Watermark(image=b"\x89PNG", place=Place.LEFT)


def test_original_and_analysis_can_be_left_out():
    """Or asked for as they are by default."""
    without = read_options({"original": False, "analysis": False})

    assert (without.plan.original, without.analysis) == (None, None)
    assert read_options({"original": True, "analysis": True}) == read_options({})


@pytest.mark.parametrize("options", RIGHT, ids=str)
def test_right_options_have_no_faults_and_fit_the_published_schema(options):
    """Both say the same."""
    assert validate(options) == ()
    assert SCHEMA.is_valid(options)


@pytest.mark.parametrize(("options", "path"), [*WRONG, BEYOND_A_SCHEMA], ids=str)
def test_a_wrong_option_is_named_by_its_place(options, path):
    """So that a person can mend the rule."""
    faults = validate(options)

    assert [place for place, _ in faults] == [path]
    with pytest.raises(ImageOptionError, match=path.replace(".", r"\.")) as caught:
        read_options(options)
    assert caught.value.faults == faults


@pytest.mark.parametrize("options", [options for options, _ in WRONG], ids=str)
def test_what_is_refused_does_not_fit_the_published_schema(options):
    """An editor that knows the schema warns before the API does."""
    assert not SCHEMA.is_valid(options)


def test_all_faults_are_told_at_once():
    """Not one by one."""
    options = {"renditions": [{"name": "A", "width": 0}], "metadata": "all", "more": 1}

    assert {path for path, _ in validate(options)} == {
        "renditions.0.name",
        "renditions.0.width",
        "metadata",
        "more",
    }


@pytest.mark.parametrize("given", [None, [], "none"])
def test_options_that_are_no_object_are_wrong_as_a_whole(given):
    """Whatever they are."""
    assert [path for path, _ in validate(given)] == [""]


def test_the_schema_is_one():
    """Of draft 2020-12."""
    Draft202012Validator.check_schema(SCHEMA.schema)


NAMES = sorted(
    {"original", "renditions", "background", "metadata", "watermark", "allow_svg", "analysis", "detect"}
    | {"name", "width", "fit", "format", "quality", "sharpen", "text", "image", "bucket", "blur_faces"}
)
LEAVES = (
    st.none() | st.booleans() | st.integers(-1, 200) | st.floats(0, 2) | st.sampled_from([*NAMES, "a", ""])
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_whatever_is_given_has_faults_or_can_be_read_and_then_the_schema_agrees(options):
    """No JSON makes reading raise anything else."""
    if validate(options):
        with pytest.raises(ImageOptionError):
            read_options(options)
    else:
        read_options(options)
        assert SCHEMA.is_valid(options)
