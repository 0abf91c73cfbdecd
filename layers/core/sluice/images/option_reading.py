"""A rule's options for images, as a person writes them (docs/schemas/image_options.schema.json)."""

from collections.abc import Mapping
from re import fullmatch
from typing import Any

from sluice.images.analysis_reading import read_analysis
from sluice.images.options import ImageOptions
from sluice.images.plan import MetadataPolicy, RenderPlan
from sluice.images.rendition_reading import read_original, read_renditions
from sluice.images.watermark_reading import read_watermark, read_watermark_image
from sluice.option_reading import Fault, OptionReading

NAMES = ("original", "renditions", "background", "metadata", "watermark", "allow_svg", "analysis")
COLOUR = r"#[0-9a-fA-F]{6}"


class ImageOptionError(ValueError):
    """Options of a rule are wrong; `faults` says which, each by its place."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__("; ".join(f"{path or 'options'}: {message}" for path, message in faults))


def validate(options: Mapping[str, Any]) -> tuple[Fault, ...]:
    """Return what is wrong with *options*, each with its place; nothing for those of a rule that can run."""
    reading = OptionReading()
    _options(reading, options)
    return tuple(reading.faults)


def read_options(options: Mapping[str, Any]) -> ImageOptions:
    """Return what *options* ask for, defaults for what they leave out; raise ImageOptionError."""
    reading = OptionReading()
    read = _options(reading, options)
    if reading.faults:
        raise ImageOptionError(tuple(reading.faults))
    return read


def _options(reading: OptionReading, given: Any) -> ImageOptions:
    given = reading.object("", given, NAMES) or {}
    plan = RenderPlan(
        original=read_original(reading, given.get("original", True)),
        renditions=read_renditions(reading, given.get("renditions")),
        background=_background(reading, given.get("background", "#ffffff")),
        metadata=reading.one_of("metadata", given.get("metadata", "strip"), MetadataPolicy),
        watermark=read_watermark(reading, given.get("watermark")),
        allow_svg=reading.truth("allow_svg", given.get("allow_svg", False)),
    )
    image = read_watermark_image(reading, given.get("watermark"))
    return ImageOptions(plan, image, read_analysis(reading, given.get("analysis", True)))


def _background(reading: OptionReading, given: Any) -> str:
    if isinstance(given, str) and fullmatch(COLOUR, given):
        return given
    reading.fault("background", f"a colour as #rrggbb, not {given!r}")
    return ""
