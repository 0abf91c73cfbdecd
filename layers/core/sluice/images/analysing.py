"""Have an image looked at, on a smaller copy of it, before anything of it is published."""

from pathlib import Path

from sluice.errors import MisconfiguredError
from sluice.images.analysis import NOT_LOOKED_FOR, Analysed, AnalysisOptions
from sluice.images.image import Format, Refused
from sluice.images.options import ImageOptions
from sluice.images.plan import RenderPlan, Rendition
from sluice.images.ports import Analysis, Renderer

# Amazon Rekognition finds faces from 40 x 40 pixels on in an image of 1920 x 1080, and takes 5 MB at most;
# a JPEG of this size and quality has 1 MB, and 3 MB if it is noise.
COPY_SIDE = 1_920  # pixels
COPY_QUALITY = 85


def analysed(
    source: Path, options: ImageOptions, *, renderer: Renderer, analysis: Analysis | None
) -> Analysed | Refused:
    """
    Return what is found in an image by those who can see, or why the image is refused.

    Where the rule makes publishing depend on it, what cannot be analysed is refused; and without anyone to
    analyse MisconfiguredError is raised.
    """
    wanted = options.analysis
    if wanted is None or (analysis is None and not wanted.is_binding):
        return NOT_LOOKED_FOR
    if analysis is None:
        raise MisconfiguredError("a rule wants images to be checked, but ImageAnalysis is off")
    small = renderer.render(source, _copy_plan(allow_svg=options.plan.allow_svg))
    if isinstance(small, Refused):
        return small
    found = analysis.analyse(small.outputs[0].content, wanted)
    if isinstance(found, Analysed) or wanted.is_binding:
        return found
    return Analysed(source="", refusal=found.sentence)


def rejection(found: Analysed, options: AnalysisOptions | None) -> Refused | None:
    """Return why the rule wants nothing published of an image in which this was found."""
    label = found.surest_beyond(options.reject_above) if options else None
    if label is None or options is None:
        return None
    return Refused(
        "moderation",
        f"The image shows {label.name} with a confidence of {label.confidence:.1f} %;"
        f" the rule allows {options.reject_above:g} %.",
    )


def _copy_plan(*, allow_svg: bool) -> RenderPlan:
    copy = Rendition("analysis", COPY_SIDE, format=Format.JPEG, quality=COPY_QUALITY)
    return RenderPlan(original=None, renditions=(copy,), allow_svg=allow_svg)
