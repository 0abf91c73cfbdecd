"""What is drawn into an image: blurred faces and a watermark."""

from html import escape
from pathlib import Path
from typing import Any

from sluice.images.engine.colours import presentable
from sluice.images.engine.decoding import decoded
from sluice.images.engine.vips import Image
from sluice.images.geometry import position
from sluice.images.image import Refused
from sluice.images.plan import Box, Watermark
from sluice.images.signatures import SNIFFED_BYTES, recognise

_FONT = Path(__file__).with_name("DejaVuSans-subset.ttf")  # the Lambda runtime has no fonts
_MOSAIC_SIDE = 6  # pixels a blurred face keeps across; nothing that tells one from another is left
_SHADOW = 0.6  # share of the text's opacity, so that white text shows on white


class WatermarkError(ValueError):
    """A rule's watermark is no image; its rule is to blame, and no file."""


def blurred(image: Any, box: Box) -> Any:
    """Replace a part of *image* by a smoothed mosaic of it, from which the part cannot be restored."""
    left, top = max(0, int(box.left * image.width)), max(0, int(box.top * image.height))
    right = min(image.width, round((box.left + box.width) * image.width))
    bottom = min(image.height, round((box.top + box.height) * image.height))
    if right <= left or bottom <= top:
        return image
    part = image.crop(left, top, right - left, bottom - top)
    mosaic = part.thumbnail_image(_MOSAIC_SIDE, height=_MOSAIC_SIDE, size="force").copy_memory()
    smooth = mosaic.resize(part.width / _MOSAIC_SIDE, vscale=part.height / _MOSAIC_SIDE, kernel="linear")
    smooth = smooth.gravity("centre", part.width, part.height, extend="copy")
    return image.insert(smooth, left, top).copy_memory()


def watermarked(image: Any, mark: Watermark, page_height: int) -> Any:
    """Lay *mark* over *image*, on every frame of *page_height* if it is moving."""
    frame = (image.width, page_height)
    overlay = _overlay(mark, frame)
    left, top = position(mark.place, (overlay.width, overlay.height), frame)
    overlay = overlay.embed(left, top, *frame).replicate(1, image.height // page_height)
    colour = image.colourspace("srgb")
    laid = colour.composite2(overlay, "over").cast("uchar")
    return laid if image.hasalpha() else laid.extract_band(0, n=3)


def _overlay(mark: Watermark, frame: tuple[int, int]) -> Any:
    width = max(1, round(frame[0] * min(mark.size, 1.0)))
    overlay = _text(mark.text, width, frame[1]) if mark.text else _picture(mark.image, width, frame[1])
    return overlay * [1, 1, 1, mark.opacity]


def _text(text: str, width: int, height: int) -> Any:
    """Draw one line of white text with a soft dark edge, as large as fits."""
    plain = escape(text, quote=False)  # Pango would read tags in it
    font = {"font": "DejaVu Sans", "fontfile": str(_FONT)}
    mask = Image.text(plain, width=width, height=height, wrap="none", **font).copy_memory()
    edge = mask.gaussblur(max(1.0, mask.height / 16)) * _SHADOW
    return _filled(edge.cast("uchar"), 0).composite2(_filled(mask, 255), "over").cast("uchar")


def _filled(mask: Any, grey: int) -> Any:
    return mask.new_from_image([grey] * 3).bandjoin(mask).copy(interpretation="srgb")


def _picture(content: bytes, width: int, height: int) -> Any:
    kind = recognise(content[:SNIFFED_BYTES])
    if isinstance(kind, Refused):
        raise WatermarkError(f"The watermark's image cannot be used. {kind.sentence}")
    picture = presentable(decoded(content, kind), []).colourspace("srgb")
    picture = picture if picture.hasalpha() else picture.addalpha()
    return picture.thumbnail_image(width, height=height).copy_memory()
