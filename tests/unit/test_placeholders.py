"""A tiny grid of pixels becomes a colour and a hash that stand for the image."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluice.images.placeholders import dominant_colour, thumb_hash

# Made by the author's own JavaScript (npm thumbhash 0.1.1).
BY_THE_AUTHOR = [
    (32, 24, lambda x, y: (x * 8, y * 10, 128, 255), "nhcKNZpwd4dwiIiHiHiHh3BwCPeI"),
    (24, 32, lambda x, y: ((x * y) % 256, 255 - x * 7, y * 3, 255), "mmoJHRpaZ3CIWJhYiIZ3iD1vA1Zn"),
    (32, 5, lambda x, y: (x * 7, 0, y * 50, 0 if x > 15 else 255), "jWWGMYZYRnUwmIdnz0iAeI91h4iHiHg="),
]


@pytest.mark.parametrize(("width", "height", "colour", "expected"), BY_THE_AUTHOR)
def test_the_hash_is_the_authors(width, height, colour, expected):
    """The header is the same; a wave that is zero may be rounded to either side of the middle, 7 or 8."""
    pixels = [colour(x, y) for y in range(height) for x in range(width)]

    found, meant = (base64.b64decode(text) for text in (thumb_hash(width, height, pixels), expected))

    assert meant[:5] == found[:5]
    assert len(meant) == len(found)
    for ours, theirs in zip(found[5:], meant[5:], strict=True):
        assert abs(ours % 16 - theirs % 16) <= 1
        assert abs(ours // 16 - theirs // 16) <= 1


@given(st.integers(1, 32), st.integers(1, 32), st.tuples(*[st.integers(0, 255)] * 4))
def test_any_single_colour_has_a_hash_of_no_waves(width, height, colour):
    """Every size down to one pixel, and any transparency, give a short string."""
    content = base64.b64decode(thumb_hash(width, height, [colour] * (width * height)))

    assert 5 < len(content) <= 25


def test_the_dominant_colour_is_the_commonest_not_the_mean():
    """Two thirds sky and one third field are the colour of the sky."""
    sky, field = (90, 150, 230, 255), (60, 120, 20, 255)

    assert "#5a96e6" == dominant_colour([sky, sky, field] * 20)


def test_what_is_transparent_does_not_dominate():
    """The colour under full transparency is what an editor left there."""
    assert "#c80000" == dominant_colour([(0, 255, 0, 0)] * 99 + [(200, 0, 0, 255)])


def test_an_image_of_nothing_has_black():
    """Fully transparent."""
    assert "#000000" == dominant_colour([(9, 9, 9, 0)])
