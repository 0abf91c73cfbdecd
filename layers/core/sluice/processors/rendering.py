"""Use case: make an uploaded image into what a site needs."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from sluice.errors import MisconfiguredError
from sluice.files import File
from sluice.images.analysing import analysed, rejection
from sluice.images.analysis import Analysed
from sluice.images.facts import facts_of
from sluice.images.image import CONTENT_TYPES, Refused, Rendered, output_name
from sluice.images.option_reading import ImageOptionError, read_options
from sluice.images.options import ImageOptions
from sluice.images.page import image_page
from sluice.images.plan import RenderPlan
from sluice.images.ports import Analysis, Renderer, Watermarks
from sluice.outcomes import Outcome, Status
from sluice.ports.buckets import Outbox
from sluice.processors.ports import Downloads
from sluice.rules.references import Reference
from sluice.rules.rule import Rule


def render_file(
    file: File,
    rule: Rule,
    contract: Reference | None,  # noqa: ARG001  every process takes it
    *,
    downloads: Downloads,
    outbox: Outbox,
    studio: "Studio",
) -> Outcome:
    """
    Publish the optimized original of *file*, its renditions, and a page that shows them.

    An image that cannot or may not be rendered is an error with a sentence for who sent it. Raises
    MisconfiguredError where the options of *rule* cannot be followed.
    """
    options = _options(rule)
    with downloads.fetched(file) as source:
        if source is None:
            return _error(_too_large(downloads.max_bytes))
        found = studio.looked_at(source, options)
        if isinstance(found, Refused):
            return _error(found)
        if refused := rejection(found, options.analysis):
            return _error(refused, found)
        rendered = studio.rendered(source, file, options, found)
    if isinstance(rendered, Refused):
        return _error(rendered, found)
    keys = tuple(_published(file, rendered, found, outbox))
    return Outcome(Status.SUCCESS, results=keys, facts=facts_of(file.name, rendered) | found.facts())


@dataclass(frozen=True, slots=True)
class Studio:
    """All that images are made with."""

    renderer: Renderer
    watermarks: Watermarks
    analysis: Analysis | None = None
    """None where the stack has none."""

    def looked_at(self, source: Path, options: ImageOptions) -> Analysed | Refused:
        """Return what is seen in the image, which is nothing where the rule wants nothing looked for."""
        return analysed(source, options, renderer=self.renderer, analysis=self.analysis)

    def rendered(
        self, source: Path, file: File, options: ImageOptions, found: Analysed
    ) -> Rendered | Refused:
        """Render by the rule's plan, its watermark fetched and faces blurred where it says so."""
        return self.renderer.render(source, self._plan(file, options, found))

    def _plan(self, file: File, options: ImageOptions, found: Analysed) -> RenderPlan:
        wanted = options.watermark_image
        plan = options.plan_with(self.watermarks.fetch(wanted, file) if wanted else b"")
        if options.analysis is None or not options.analysis.is_binding:
            return plan
        boxes = tuple(face.box for face in found.faces or ()) if options.analysis.blur_faces else ()
        return replace(plan.without_motion(), blur=boxes)


def _options(rule: Rule) -> ImageOptions:
    try:
        return read_options(rule.options)
    except ImageOptionError as error:
        raise MisconfiguredError(f"rule {rule.id!r} has wrong options: {error}") from error


def _too_large(most: int) -> Refused:
    return Refused("too-many-bytes", f"The image has more than {most / 1024**2:g} MiB, which is the limit.")


def _error(refused: Refused, found: Analysed | None = None) -> Outcome:
    facts = found.facts() if found else {}
    return Outcome.error(refused.sentence, error_code=refused.code, **facts)


def _published(file: File, rendered: Rendered, found: Analysed, outbox: Outbox) -> Iterator[str]:
    folder = f"processed/{file.folder}"
    for output in rendered.outputs:
        key = folder + output_name(file.name, output)
        yield outbox.publish(key, output.content, content_type=CONTENT_TYPES[output.format], file=file)
    page = image_page(file.name, rendered, found).encode()
    yield outbox.publish(
        f"{folder}{file.name}.html", page, content_type="text/html; charset=utf-8", file=file
    )
