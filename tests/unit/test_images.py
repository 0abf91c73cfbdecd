"""The size of a rendition, the place of a watermark, the limits on a header, the names of outputs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluice.images.geometry import fitted_size, position
from sluice.images.image import MAX_SIDE, Format, Output, output_name
from sluice.images.limits import ImageLimits, exceeded
from sluice.images.plan import Fit, Place, RenderPlan, Rendition

sides = st.integers(1, MAX_SIDE)
fits = st.sampled_from(Fit)


@given(sides, sides, sides, sides, fits)
def test_nothing_is_ever_enlarged(width, height, box_width, box_height, fit):
    """Neither side of a rendition is longer than the source's, nor empty, nor out of its box."""
    made = fitted_size(Rendition("any", box_width, box_height, fit=fit), width, height)

    assert 1 <= made[0] <= min(width, box_width)
    assert 1 <= made[1] <= min(height, box_height)


@given(st.integers(100, 9000), st.integers(100, 9000), st.integers(50, 2000))
def test_inside_keeps_the_shape(width, height, side):
    """To within the half pixel of rounding."""
    made = fitted_size(Rendition("any", side), width, height)

    scale = min(1, side / max(width, height))
    assert abs(made[0] - width * scale) <= 0.5
    assert abs(made[1] - height * scale) <= 0.5


@pytest.mark.parametrize(
    ("rendition", "source", "expected"),
    [
        (Rendition("a", 160), (4000, 3000), (160, 120)),
        (Rendition("a", 160), (3000, 4000), (120, 160)),
        (Rendition("a", 160), (100, 80), (100, 80)),
        (Rendition("a", 160), (30000, 1), (160, 1)),
        (Rendition("a", 800, 200), (4000, 3000), (267, 200)),
        (Rendition("a", 300, 300, fit=Fit.COVER), (4000, 3000), (300, 300)),
        (Rendition("a", 400, 200, fit=Fit.COVER), (200, 200), (200, 100)),
        (Rendition("a", 300, 50, fit=Fit.EXACT), (4000, 3000), (300, 50)),
        (Rendition("a", 300, 50, fit=Fit.EXACT), (100, 3000), (100, 50)),
        (Rendition("a"), (123, 45), (123, 45)),
    ],
)
def test_the_size_of_a_rendition(rendition, source, expected):
    """Inside keeps all, cover fills its box, exact gives up the shape."""
    assert expected == fitted_size(rendition, *source)


def test_a_format_with_a_longest_side_is_kept_within_it():
    """WebP holds 16383 pixels a side."""
    assert (16383, 8192) == fitted_size(Rendition("a"), 20000, 10000, longest=16383)


@pytest.mark.parametrize(
    ("limits", "header", "code"),
    [
        (ImageLimits(max_side=100), {"width": 101, "height": 1}, "too-large"),
        (ImageLimits(max_side=100), {"width": 1, "height": 101}, "too-large"),
        (ImageLimits(max_frames=9), {"frames": 10}, "too-many-frames"),
        (ImageLimits(max_pixels=99), {"width": 10, "height": 10}, "too-many-pixels"),
        (
            ImageLimits(max_pixels=199),
            {"width": 10, "height": 10, "frames": 2, "decoded_frames": 2},
            "too-many-pixels",
        ),
    ],
)
def test_a_header_beyond_a_limit_is_refused(limits, header, code):
    """One over is over."""
    found = exceeded(limits, **{"width": 10, "height": 10, "frames": 1, "decoded_frames": 1, **header})

    assert code == found.code


def test_a_header_at_every_limit_passes():
    """The limits themselves are allowed."""
    limits = ImageLimits(max_side=10, max_pixels=200, max_frames=2)

    assert exceeded(limits, width=10, height=10, frames=2, decoded_frames=2) is None


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (Place.TOP_LEFT, (2, 2)),
        (Place.TOP, (95, 2)),
        (Place.TOP_RIGHT, (188, 2)),
        (Place.LEFT, (2, 48)),
        (Place.CENTRE, (95, 48)),
        (Place.RIGHT, (188, 48)),
        (Place.BOTTOM_LEFT, (2, 94)),
        (Place.BOTTOM, (95, 94)),
        (Place.BOTTOM_RIGHT, (188, 94)),
    ],
)
def test_the_nine_places_of_a_watermark(place, expected):
    """With a margin of 2 % of the shorter side."""
    assert expected == position(place, (10, 4), (200, 100))


@pytest.mark.parametrize(
    ("file_name", "name", "kind", "expected"),
    [
        ("a+b é.jpg", "processed", Format.JPEG, "processed_a+b é.jpg"),
        ("photo.final.JPG", "thumb", Format.WEBP, "photo.final.JPG_thumb.webp"),
        ("no extension", "large", Format.AVIF, "no extension_large.avif"),
        ("logo.svg", "processed", Format.PNG, "processed_logo.svg.png"),
        ("wrong.png", "processed", Format.JPEG, "processed_wrong.png"),
    ],
)
def test_what_an_output_is_called(file_name, name, kind, expected):
    """The optimized original keeps the file's name, renditions take the extension of what they are."""
    assert expected == output_name(file_name, Output(name, kind, 1, 1, b""))


def test_outputs_come_from_large_to_small():
    """So that each can be made from the one before; the original is first."""
    plan = RenderPlan(
        renditions=(Rendition("s", 10), Rendition("l", 1000), Rendition("full"), Rendition("m", 100))
    )

    assert ["processed", "full", "l", "m", "s"] == [made.name for made in plan.outputs]
