"""Make everything that is asked for out of one image."""

from functools import reduce

from sluice.images.engine import encoding, resizing
from sluice.images.engine.decoding import Origin, Source, head_of, size_of, still_of
from sluice.images.engine.drawing import blurred
from sluice.images.engine.measuring import facts_of
from sluice.images.engine.vips import Error, allow_svg, refusal_of, unspeakable
from sluice.images.image import Format, Output, Refused, Rendered
from sluice.images.limits import ImageLimits, exceeded
from sluice.images.plan import RenderPlan
from sluice.images.signatures import SNIFFED_BYTES, recognise


def render(
    source: Origin, plan: RenderPlan | None = None, limits: ImageLimits | None = None
) -> Rendered | Refused:
    """
    Make everything *plan* asks for out of one image, or say in a sentence why not.

    Holds every limit but time and address space, which take a second process to hold (`ImageWorker`).
    """
    plan, limits = plan or RenderPlan(), limits or ImageLimits()
    kind = _admitted(source, plan, limits)
    if isinstance(kind, Refused):
        return kind
    allow_svg(allowed=kind is Format.SVG)
    try:
        return _render(source, kind, plan, limits)
    except Error as error:
        return refusal_of(error, kind)
    except UnicodeDecodeError:
        return unspeakable(kind)


def _admitted(origin: Origin, plan: RenderPlan, limits: ImageLimits) -> Format | Refused:
    if size_of(origin) > limits.max_bytes:
        found, allowed = size_of(origin) / 1e6, limits.max_bytes / 1e6
        return Refused("too-many-bytes", f"The file has {found:.1f} MB; {allowed:.1f} MB are allowed.")
    kind = recognise(head_of(origin, SNIFFED_BYTES))
    if kind is Format.SVG and not plan.allow_svg:
        return Refused(
            "svg-not-allowed", "The image is SVG, which may carry scripts; no rule allows it here."
        )
    return kind


def _render(origin: Origin, kind: Format, plan: RenderPlan, limits: ImageLimits) -> Rendered | Refused:
    source = Source.read(origin, kind)
    moving = encoding.moving_outputs(source, plan)
    refused = exceeded(
        limits,
        width=source.width,
        height=source.height,
        frames=source.frames,
        decoded_frames=source.frames if moving else 1,
    )
    if refused:
        return refused
    working = [reduce(blurred, plan.blur, still_of(source, plan))]
    made: dict[str, Output] = {}
    for at, rendition in enumerate(plan.outputs):
        animated = rendition in moving
        image = (
            resizing.animation(source, rendition) if animated else resizing.still(source, working, rendition)
        )
        resizing.drop_unneeded(source, working, plan.outputs[at + 1 :])
        made[rendition.name] = encoding.encoded(image, source, rendition, plan)
    return Rendered(facts_of(source, working), tuple(made.values()), source.size)
