"""An image: its formats, the facts found in it, and what was made from it."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import PurePosixPath

MAX_SIDE = 30_000  # pixels; of a source, and so of anything made from it
ORIGINAL = "processed"  # the output that is the image itself, optimized


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
        return sum(self.source_bytes - len(made.content) for made in self.outputs if made.name == ORIGINAL)


def output_name(file_name: str, output: Output) -> str:
    """
    Return the last part of an output's key: `processed_<name>`, or `<name>_<rendition>.<extension>`.

    The whole name, so that `vase.jpg` and `vase.png` do not share an output.

    The optimized original of a format that is not written (SVG) has the extension of what it became.
    """
    extension = EXTENSIONS[output.format]
    if output.name != ORIGINAL:
        return f"{file_name}_{output.name}.{extension}"
    suffix = "" if PurePosixPath(file_name).suffix.lower() != ".svg" else f".{extension}"
    return f"processed_{file_name}{suffix}"
