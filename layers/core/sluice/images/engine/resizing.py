"""From one decoded image to every rendition: each made from the smallest that is large enough."""

from collections.abc import Sequence
from typing import Any

from sluice.images.engine.decoding import Source, decoded
from sluice.images.engine.vips import Image, mark_pages
from sluice.images.geometry import fitted_size
from sluice.images.image import LONGEST_SIDE_WRITTEN, MAX_SIDE
from sluice.images.plan import Crop, Fit, Rendition

_ROOM = 2  # a rendition is made from an image of at least twice its size: a smaller step would blur it twice


def still(source: Source, working: list[Any], rendition: Rendition) -> Any:
    """
    Return a rendition's pixels, and add them to *working*, from which smaller ones are made.

    *working* begins with the decoded image. Alpha is premultiplied while resizing.
    """
    size = _size(source, rendition)
    parent = _smallest(working, size)
    if size == (parent.width, parent.height):
        return parent
    made = parent.thumbnail_image(size[0], height=size[1], **_manner(rendition, still=True)).copy_memory()
    if rendition.fit is Fit.INSIDE:
        working.append(made)
    return made


def animation(source: Source, rendition: Rendition) -> Any:
    """Return all frames, one below the other, each resized on its own."""
    strip = decoded(source.origin, source.kind, n=-1)
    size = _size(source, rendition)
    if size == (source.width, source.height):
        return strip
    manner = _manner(rendition, still=False)
    frames = [
        frame.thumbnail_image(size[0], height=size[1], **manner) for frame in strip.copy_memory().pagesplit()
    ]
    return mark_pages(Image.arrayjoin(frames, across=1), size[1])


def drop_unneeded(source: Source, working: list[Any], renditions: Sequence[Rendition]) -> None:
    """Keep of *working* what *renditions* are made from, and the last, from which colours are taken."""
    parents = [_smallest(working, _size(source, rendition)) for rendition in renditions]
    kept = [*parents, working[-1]]
    # By identity: to compare images of libvips makes another image.
    working[:] = [image for image in working if any(image is other for other in kept)]


def _size(source: Source, rendition: Rendition) -> tuple[int, int]:
    longest = LONGEST_SIDE_WRITTEN.get(rendition.written_as(source.kind), MAX_SIDE)
    return fitted_size(rendition, *source.seen_size, longest=longest)


def _manner(rendition: Rendition, *, still: bool) -> dict[str, str]:
    if rendition.fit is not Fit.COVER:
        return {"size": "force"}
    # Attention would choose another part of every frame.
    attention = still and rendition.crop is Crop.ATTENTION
    return {"crop": "attention" if attention else "centre"}


def _smallest(working: list[Any], size: tuple[int, int]) -> Any:
    same = [image for image in working if (image.width, image.height) == size]
    roomy = [image for image in working if image.width >= size[0] * _ROOM and image.height >= size[1] * _ROOM]
    return min(same or roomy or working[:1], key=lambda image: image.width)
