"""The facts of an image, for the catalogue."""

from typing import Any

from sluice.images.engine.colours import has_profile
from sluice.images.engine.decoding import Source
from sluice.images.image import ImageFacts
from sluice.images.placeholders import GRID_SIDE, Pixel, dominant_colour, thumb_hash


def facts_of(source: Source, working: list[Any]) -> ImageFacts:
    """Return what is known of *source*; its colours are taken from the smallest image in *working*."""
    grid = _grid(min(working, key=lambda image: image.width * image.height))
    pixels = _pixels(grid)
    width, height = source.seen_size
    return ImageFacts(
        format=source.kind,
        width=width,
        height=height,
        orientation=source.orientation,
        colour_space=source.colour_space,
        has_alpha=source.has_alpha,
        frames=source.frames,
        dominant_colour=dominant_colour(pixels),
        placeholder=thumb_hash(grid.width, grid.height, pixels),
        warnings=tuple(dict.fromkeys(source.warnings)),
    )


def _grid(image: Any) -> Any:
    """Return *image* in at most GRID_SIDE pixels a side, as 8-bit RGBA in sRGB."""
    to_srgb = {"output_profile": "srgb"} if has_profile(image) else {}  # takes a millisecond
    small = image.thumbnail_image(GRID_SIDE, height=GRID_SIDE, size="down", **to_srgb).colourspace("srgb")
    return small if small.hasalpha() else small.addalpha()


def _pixels(grid: Any) -> list[Pixel]:
    values = iter(bytes(grid.write_to_memory()))
    return list(zip(values, values, values, values, strict=True))
