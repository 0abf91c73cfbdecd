"""A rule's options for images, as a person writes them (docs/schemas/image_options.schema.json)."""

from collections.abc import Mapping
from enum import StrEnum
from re import fullmatch
from typing import Any

from sluice.images.analysis import AnalysisOptions, Detection
from sluice.images.image import MAX_SIDE, ORIGINAL, Format
from sluice.images.options import Bucket, ImageOptions, WatermarkImage
from sluice.images.plan import (
    DEFAULT_RENDITIONS,
    OPTIMIZED_ORIGINAL,
    Crop,
    Fit,
    MetadataPolicy,
    Place,
    RenderPlan,
    Rendition,
    Watermark,
)
from sluice.option_reading import Fault, OptionReading, within

MAX_RENDITIONS = 20
MAX_TEXT = 200  # characters of a watermark
MAX_KEY = 1_024  # of an S3 object
NAME = r"[a-z0-9][a-z0-9_-]{0,31}"
COLOUR = r"#[0-9a-fA-F]{6}"
MAX_SHARPEN = 10.0  # pixels


class WrittenFormat(StrEnum):
    """The formats that a rendition may be asked for; `own` is the source's."""

    OWN = "own"
    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    AVIF = "avif"
    GIF = "gif"


class ImageOptionError(ValueError):
    """Options of a rule are wrong; `faults` says which, each by its place."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__("; ".join(f"{path or 'options'}: {message}" for path, message in faults))


def validate(options: Mapping[str, Any]) -> tuple[Fault, ...]:
    """Return what is wrong with *options*, each with its place; nothing for those of a rule that can run."""
    reading = _Reading()
    reading.options(options)
    return tuple(reading.faults)


def read_options(options: Mapping[str, Any]) -> ImageOptions:
    """Return what *options* ask for, defaults for what they leave out; raise ImageOptionError."""
    reading = _Reading()
    read = reading.options(options)
    if reading.faults:
        raise ImageOptionError(tuple(reading.faults))
    return read


class _Reading(OptionReading):
    def options(self, given: Any) -> ImageOptions:
        names = ("original", "renditions", "background", "metadata", "watermark", "allow_svg", "analysis")
        given = self.object("", given, names) or {}
        mark = given.get("watermark")
        plan = RenderPlan(
            original=self._original(given.get("original", True)),
            renditions=self._renditions(given.get("renditions")),
            background=self._background(given.get("background", "#ffffff")),
            metadata=self.one_of("metadata", given.get("metadata", "strip"), MetadataPolicy),
            watermark=None if mark is None else self._watermark(mark),
            allow_svg=self.truth("allow_svg", given.get("allow_svg", False)),
        )
        return ImageOptions(plan, self._watermark_image(mark), self._analysis(given.get("analysis", True)))

    def _original(self, given: Any) -> Rendition | None:
        """Read `true`, `false`, or `{"quality": …, "animated": …}`."""
        if isinstance(given, bool):
            return OPTIMIZED_ORIGINAL if given else None
        given = self.object("original", given, ("quality", "animated")) or {}
        return Rendition(
            ORIGINAL,
            quality=self.whole("original.quality", given.get("quality"), 1, 100),
            animated=self.truth("original.animated", given.get("animated", True)),
        )

    def _renditions(self, given: Any) -> tuple[Rendition, ...]:
        if given is None:
            return DEFAULT_RENDITIONS
        listed = self.array("renditions", given, MAX_RENDITIONS)
        made = tuple(self._rendition(f"renditions.{at}", each) for at, each in enumerate(listed))
        names = [rendition.name for rendition in made]
        for at, name in enumerate(names):
            if name not in ("", ORIGINAL) and name in names[:at]:
                self.fault(f"renditions.{at}.name", f"another rendition has the name {name}")
        return made

    def _rendition(self, path: str, given: Any) -> Rendition:
        given = self.object(path, given, tuple(Rendition.__dataclass_fields__))
        if given is None:
            return OPTIMIZED_ORIGINAL
        kind = self.one_of(within(path, "format"), given.get("format", "webp"), WrittenFormat)
        return Rendition(
            self._name(within(path, "name"), given.get("name")),
            width=self.whole(within(path, "width"), given.get("width"), 1, MAX_SIDE),
            height=self.whole(within(path, "height"), given.get("height"), 1, MAX_SIDE),
            fit=self.one_of(within(path, "fit"), given.get("fit", "inside"), Fit),
            crop=self.one_of(within(path, "crop"), given.get("crop", "attention"), Crop),
            format=None if kind is WrittenFormat.OWN else Format(kind),
            quality=self.whole(within(path, "quality"), given.get("quality"), 1, 100),
            sharpen=self.number(within(path, "sharpen"), given.get("sharpen", 0.0), MAX_SHARPEN),
            animated=self.truth(within(path, "animated"), given.get("animated", False)),
        )

    def _name(self, path: str, given: Any) -> str:
        if isinstance(given, str) and fullmatch(NAME, given) and given != ORIGINAL:
            return given
        message = "small letters, digits, - and _, at most 32, beginning with a letter or digit"
        self.fault(path, f"{message}, and not {ORIGINAL}; not {given!r}")
        return ""

    def _background(self, given: Any) -> str:
        if isinstance(given, str) and fullmatch(COLOUR, given):
            return given
        self.fault("background", f"a colour as #rrggbb, not {given!r}")
        return ""

    def _watermark(self, given: Any) -> Watermark:
        given = self.object("watermark", given, ("text", "image", "bucket", "place", "size", "opacity"))
        if given is None:
            return Watermark()
        if ("text" in given) == ("image" in given):
            self.fault("watermark", "either a text or an image")
        text = self.text("watermark.text", given["text"], MAX_TEXT) if "text" in given else ""
        return Watermark(
            text=text,
            place=self.one_of("watermark.place", given.get("place", "bottom-right"), Place),
            size=self.number("watermark.size", given.get("size", 0.25), 1.0),
            opacity=self.number("watermark.opacity", given.get("opacity", 0.5), 1.0),
        )

    def _watermark_image(self, mark: Any) -> WatermarkImage | None:
        if not isinstance(mark, Mapping):
            return None
        if "image" not in mark:
            if "bucket" in mark:
                self.fault("watermark.bucket", "only an image lies in a bucket")
            return None
        return WatermarkImage(
            self.one_of("watermark.bucket", mark.get("bucket", "inbox"), Bucket),
            self.text("watermark.image", mark["image"], MAX_KEY),
        )

    def _analysis(self, given: Any) -> AnalysisOptions | None:
        """Read `true`, `false`, or `{"detect": […], "reject_above": …, "blur_faces": …}`."""
        if isinstance(given, bool):
            return AnalysisOptions() if given else None
        given = self.object("analysis", given, ("detect", "reject_above", "blur_faces")) or {}
        above = given.get("reject_above")
        read = AnalysisOptions(
            detect=self._detections(given.get("detect", list(Detection))),
            reject_above=None if above is None else self.number("analysis.reject_above", above, 100.0),
            blur_faces=self.truth("analysis.blur_faces", given.get("blur_faces", False)),
        )
        for name, wanted, needed in (
            ("reject_above", above is not None, Detection.MODERATION),
            ("blur_faces", read.blur_faces, Detection.FACES),
        ):
            if wanted and needed not in read.detect:
                self.fault(f"analysis.{name}", f"needs {needed} among detect")
        return read

    def _detections(self, given: Any) -> frozenset[Detection]:
        listed = self.array("analysis.detect", given, len(Detection))
        return frozenset(
            self.one_of(f"analysis.detect.{at}", each, Detection) for at, each in enumerate(listed)
        )
