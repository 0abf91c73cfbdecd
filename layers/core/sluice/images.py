"""What Sluice makes of an image: the plan of its renditions, its limits, the facts found in it."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import PurePosixPath

MAX_SIDE = 30_000  # pixels; of a source, and so of anything made from it


class Format(StrEnum):
    """An image format that is recognised by its first bytes; not every one is written."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    AVIF = "avif"
    GIF = "gif"
    TIFF = "tiff"
    SVG = "svg"


EXTENSIONS = {
    Format.JPEG: "jpg",
    Format.PNG: "png",
    Format.WEBP: "webp",
    Format.AVIF: "avif",
    Format.GIF: "gif",
    Format.TIFF: "tiff",
}
CONTENT_TYPES = {written: f"image/{written.value}" for written in EXTENSIONS}
ANIMATED_FORMATS = frozenset({Format.GIF, Format.WEBP})
OPAQUE_FORMATS = frozenset({Format.JPEG})
LONGEST_SIDE_WRITTEN = {Format.WEBP: 16_383, Format.AVIF: 16_384}  # the others go beyond MAX_SIDE


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


OPTIMIZED_ORIGINAL = Rendition("processed", animated=True)
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


@dataclass(frozen=True, slots=True)
class Refused:
    """Why an image is not processed: a stable code, and a sentence for the person who sent it."""

    code: str
    sentence: str


TOO_MUCH_MEMORY = Refused("too-much-memory", "The image takes more memory to process than it may.")


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """What was found in an image; width and height as it is seen, after its orientation is applied."""

    format: Format
    width: int
    height: int
    orientation: int
    colour_space: str
    has_alpha: bool
    frames: int
    dominant_colour: str
    placeholder: str
    """ThumbHash, Base64."""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Output:
    """One encoded image."""

    name: str
    format: Format
    width: int
    height: int
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Rendered:
    """An image's facts and everything that was made from it."""

    facts: ImageFacts
    outputs: tuple[Output, ...]
    source_bytes: int

    @property
    def bytes_saved(self) -> int:
        """Return by how much the optimized original is smaller than the source, 0 if there is none."""
        return sum(self.source_bytes - len(made.content) for made in self.outputs if made.name == "processed")


def output_name(file_name: str, output: Output) -> str:
    """
    Return the last part of an output's key: `processed_<name>`, or `<name>_<rendition>.<extension>`.

    The whole name, so that `vase.jpg` and `vase.png` do not share an output.

    The optimized original of a format that is not written (SVG) has the extension of what it became.
    """
    extension = EXTENSIONS[output.format]
    if output.name != OPTIMIZED_ORIGINAL.name:
        return f"{file_name}_{output.name}.{extension}"
    suffix = "" if PurePosixPath(file_name).suffix.lower() != ".svg" else f".{extension}"
    return f"processed_{file_name}{suffix}"
