"""How large a rendition is, and where a watermark sits."""

from math import ceil

from sluice.images.image import MAX_SIDE
from sluice.images.plan import Fit, Place, Rendition


def fitted_size(rendition: Rendition, width: int, height: int, longest: int = MAX_SIDE) -> tuple[int, int]:
    """
    Return the rendition's width and height for a source of *width* x *height*.

    It is never enlarged, and no side is beyond *longest*, the format's own limit.
    """
    box_width, box_height = (min(side, longest) for side in rendition.box(width, height))
    if rendition.fit is Fit.EXACT:
        return min(box_width, width), min(box_height, height)
    if rendition.fit is Fit.COVER:  # a box larger than the source shrinks into it and keeps its own shape
        return _scaled(box_width, box_height, min(1.0, width / box_width, height / box_height))
    return _scaled(width, height, min(1.0, box_width / width, box_height / height))


def _scaled(width: int, height: int, factor: float) -> tuple[int, int]:
    return max(1, round(width * factor)), max(1, round(height * factor))


def position(place: Place, inner: tuple[int, int], outer: tuple[int, int]) -> tuple[int, int]:
    """Return the left and top of *inner* within *outer*, with a margin of 2 % of the shorter side."""
    margin = ceil(min(outer) * 0.02)
    words = place.value.split("-")
    left = {"left": margin, "right": outer[0] - inner[0] - margin}.get(words[-1], (outer[0] - inner[0]) // 2)
    top = {"top": margin, "bottom": outer[1] - inner[1] - margin}.get(words[0], (outer[1] - inner[1]) // 2)
    return max(0, left), max(0, top)
