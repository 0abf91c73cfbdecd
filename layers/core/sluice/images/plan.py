"""The plan of what is to be made from an image."""

from dataclasses import dataclass, replace
from enum import StrEnum

from sluice.images.image import EXTENSIONS, MAX_SIDE, ORIGINAL, Format


class Fit(StrEnum):
    """How an image meets the box of its rendition."""

    INSIDE = "inside"
    COVER = "cover"
    EXACT = "exact"


class Crop(StrEnum):
    """Which part of the image a covering rendition keeps."""

    ATTENTION = "attention"
    CENTRE = "centre"


class MetadataPolicy(StrEnum):
    """What of the source's metadata the outputs carry; the colour profile always stays."""

    STRIP = "strip"
    KEEP = "keep"
    STRIP_PLACE = "strip-place"


class Place(StrEnum):
    """Where a watermark sits."""

    TOP_LEFT = "top-left"
    TOP = "top"
    TOP_RIGHT = "top-right"
    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"
    BOTTOM_LEFT = "bottom-left"
    BOTTOM = "bottom"
    BOTTOM_RIGHT = "bottom-right"


@dataclass(frozen=True, slots=True)
class Watermark:
    """A text or an image that is laid over every output; *size* is its share of the width."""

    text: str = ""
    image: bytes = b""
    place: Place = Place.BOTTOM_RIGHT
    size: float = 0.25
    opacity: float = 0.5


@dataclass(frozen=True, slots=True)
class Rendition:
    """
    One image to be made from the source.

    Without *width* the source's size is kept, without *format* its format, without *quality* its usual one.
    Without *height* the box is a square of *width*. *sharpen* is the radius in pixels, 0 for none.
    """

    name: str
    width: int | None = None
    height: int | None = None
    fit: Fit = Fit.INSIDE
    crop: Crop = Crop.ATTENTION
    format: Format | None = None
    quality: int | None = None
    sharpen: float = 0.0
    animated: bool = False

    def written_as(self, kind: Format) -> Format:
        """Return the format of the output for a source of *kind*; what is not written (SVG) becomes PNG."""
        return self.format or (kind if kind in EXTENSIONS else Format.PNG)

    def box(self, width: int, height: int) -> tuple[int, int]:
        """Return the box to fit, which is the source itself for a rendition without a size."""
        return (self.width or width, self.height or self.width or height)


OPTIMIZED_ORIGINAL = Rendition(ORIGINAL, animated=True)
DEFAULT_RENDITIONS = (
    Rendition("thumb", 160, format=Format.WEBP),
    Rendition("medium", 640, format=Format.WEBP),
    Rendition("large", 1600, format=Format.WEBP),
)


@dataclass(frozen=True, slots=True)
class Box:
    """A part of an image in shares of its width and height, as Amazon Rekognition gives faces."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class RenderPlan:
    """Everything that is to be made from one image; *original* None leaves the optimized original out."""

    original: Rendition | None = OPTIMIZED_ORIGINAL
    renditions: tuple[Rendition, ...] = DEFAULT_RENDITIONS
    background: str = "#ffffff"
    metadata: MetadataPolicy = MetadataPolicy.STRIP
    watermark: Watermark | None = None
    allow_svg: bool = False
    blur: tuple[Box, ...] = ()

    @property
    def outputs(self) -> tuple[Rendition, ...]:
        """Return the optimized original, if wanted, and the renditions from large to small."""
        by_size = sorted(self.renditions, key=lambda made: made.box(MAX_SIDE, MAX_SIDE), reverse=True)
        return ((self.original,) if self.original else ()) + tuple(by_size)

    def without_motion(self) -> "RenderPlan":
        """Return the same with first frames only."""
        original = self.original and replace(self.original, animated=False)
        still = tuple(replace(made, animated=False) for made in self.renditions)
        return replace(self, original=original, renditions=still)
