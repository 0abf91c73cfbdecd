"""Use case: make an uploaded image into what a site needs."""

from collections.abc import Iterator
from typing import Any

from sluice.files import File
from sluice.image_limits import MAX_BYTES
from sluice.image_page import image_page
from sluice.image_plan import RenderPlan
from sluice.images import Output, Refused, Rendered, output_name
from sluice.outcomes import Outcome, Status
from sluice.ports import Inbox, Outbox, Renderer
from sluice.references import Reference
from sluice.rules import Rule

TOO_LARGE = f"The image has more than {MAX_BYTES // 1024**2} MiB, which is the limit."


def render_file(
    file: File,
    rule: Rule,  # noqa: ARG001  every process takes it
    contract: Reference | None,  # noqa: ARG001  likewise
    *,
    inbox: Inbox,
    outbox: Outbox,
    renderer: Renderer,
) -> Outcome:
    """
    Publish the optimized original of *file*, its renditions, and a page that shows them.

    An image that cannot or may not be rendered is an error with a sentence for who sent it.
    """
    with inbox.open(file) as stream:
        source = stream.read(MAX_BYTES + 1)
    if len(source) > MAX_BYTES:
        return Outcome.error(TOO_LARGE)
    rendered = renderer.render(source, RenderPlan())
    if isinstance(rendered, Refused):
        return Outcome.error(rendered.sentence, error_code=rendered.code)
    keys = tuple(_publish(file, rendered, outbox))
    return Outcome(Status.SUCCESS, results=keys, facts=_facts(file, rendered))


def _publish(file: File, rendered: Rendered, outbox: Outbox) -> Iterator[str]:
    folder = f"processed/{file.folder}"
    for output in rendered.outputs:
        key = folder + output_name(file.name, output)
        yield outbox.publish(key, output.content, content_type=f"image/{output.format}", file=file)
    page = image_page(file.name, rendered).encode()
    yield outbox.publish(f"{folder}{file.name}.html", page, content_type="text/html", file=file)


def _facts(file: File, rendered: Rendered) -> dict[str, Any]:
    facts = rendered.facts
    return {
        "width": facts.width,
        "height": facts.height,
        "format": facts.format,
        "orientation": facts.orientation,
        "colour_space": facts.colour_space,
        "has_alpha": facts.has_alpha,
        "frames": facts.frames,
        "dominant_colour": facts.dominant_colour,
        "placeholder": facts.placeholder,
        "warnings": list(facts.warnings),
        "bytes_saved": rendered.bytes_saved,
        "renditions": [_rendition(file, output) for output in rendered.outputs],
    }


def _rendition(file: File, output: Output) -> dict[str, Any]:
    return {
        "name": output.name,
        "file": output_name(file.name, output),
        "width": output.width,
        "height": output.height,
        "bytes": len(output.content),
    }
