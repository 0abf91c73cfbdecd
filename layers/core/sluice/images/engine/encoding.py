"""From pixels to the bytes of an output."""

from typing import Any

from sluice.images.encoding import save_options
from sluice.images.engine.decoding import Source
from sluice.images.engine.drawing import watermarked
from sluice.images.engine.png import filter_of
from sluice.images.engine.vips import Image, Keep, field, fields
from sluice.images.image import ANIMATED_FORMATS, OPAQUE_FORMATS, ORIGINAL, Format, Output
from sluice.images.metadata import without_metadata
from sluice.images.plan import MetadataPolicy, RenderPlan, Rendition

_KEPT = {
    MetadataPolicy.STRIP: Keep.ICC,
    MetadataPolicy.KEEP: Keep.ALL,
    MetadataPolicy.STRIP_PLACE: Keep.ICC | Keep.EXIF,  # XMP and IPTC name places in ways without number
}
_WORTH_A_LOOK = 0.8  # share of the source's bytes; below it, metadata would have to be the rest
_GPS = "exif-ifd3-"
_STALE = ("jpeg-thumbnail-data", "gainmap-data")  # made of the pixels as they were
_ENCODERS = {
    Format.JPEG: Image.jpegsave_buffer,
    Format.PNG: Image.pngsave_buffer,
    Format.WEBP: Image.webpsave_buffer,
    Format.AVIF: Image.heifsave_buffer,
    Format.GIF: Image.gifsave_buffer,
    Format.TIFF: Image.tiffsave_buffer,
}


def moving_outputs(source: Source, plan: RenderPlan) -> frozenset[Rendition]:
    """Return what keeps its frames; nothing if faces are blurred, for the boxes are of one frame."""
    if source.kind not in ANIMATED_FORMATS or source.frames == 1 or plan.blur:
        return frozenset()
    return frozenset(
        made for made in plan.outputs if made.animated and made.written_as(source.kind) in ANIMATED_FORMATS
    )


def encoded(image: Any, source: Source, rendition: Rendition, plan: RenderPlan) -> Output:
    """Return the output; a source that no encoder makes smaller is passed on without its metadata instead."""
    kind = rendition.written_as(source.kind)
    height = field(image, "page-height", image.height) if image.get_n_pages() > 1 else image.height
    finished = _finished(image, kind, height, rendition, plan)
    options = save_options(kind, rendition.quality, original=rendition.name == ORIGINAL)
    if kind is Format.PNG:
        options["filter"] = filter_of(finished)
    content = _ENCODERS[kind](finished, keep=_KEPT[plan.metadata], **options)
    if len(content) > source.size * _WORTH_A_LOOK and _is_the_source(source, rendition, plan):
        content = min(content, without_metadata(source.content, kind) or content, key=len)
    return Output(rendition.name, kind, finished.width, height, content)


def _finished(image: Any, kind: Format, height: int, rendition: Rendition, plan: RenderPlan) -> Any:
    if rendition.sharpen:
        image = image.sharpen(sigma=rendition.sharpen)
    if plan.watermark:
        image = watermarked(image, plan.watermark, height)
    if kind in OPAQUE_FORMATS and image.hasalpha():
        image = image.flatten(background=_rgb(plan.background)[: image.bands - 1])
    return _without(image, plan.metadata)


def _rgb(colour: str) -> list[int]:
    return list(bytes.fromhex(colour.removeprefix("#")))


def _without(image: Any, policy: MetadataPolicy) -> Any:
    places = policy is MetadataPolicy.STRIP_PLACE
    dropped = [name for name in fields(image) if name in _STALE or (places and name.startswith(_GPS))]
    image = image.copy() if dropped else image
    for name in dropped:
        image.remove(name)
    return image


def _is_the_source(source: Source, rendition: Rendition, plan: RenderPlan) -> bool:
    """Tell whether this output shows exactly what the source shows, so that the source may stand for it."""
    changed = rendition.width or rendition.format or rendition.sharpen or plan.watermark or plan.blur
    changed = changed or (source.frames > 1 and not rendition.animated)
    plain = source.orientation == 1 and source.colour_space != "cmyk" and not source.warnings
    return plain and not changed and plan.metadata is MetadataPolicy.STRIP
