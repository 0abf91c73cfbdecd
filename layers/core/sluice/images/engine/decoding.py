"""From bytes to upright pixels of 8 bits in grey or RGB."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sluice.images.engine import vips
from sluice.images.engine.colours import presentable
from sluice.images.engine.vips import Image
from sluice.images.image import Format
from sluice.images.plan import RenderPlan, Rendition

Origin = bytes | Path

_DECODERS = {
    # Short or false JPEG data is only a warning to libjpeg.
    Format.JPEG: (Image.jpegload_source, {"fail_on": "warning"}),
    Format.PNG: (Image.pngload_source, {"fail_on": "error"}),
    Format.WEBP: (Image.webpload_source, {"fail_on": "error"}),
    Format.AVIF: (Image.heifload_source, {"fail_on": "error"}),
    Format.GIF: (Image.gifload_source, {"fail_on": "error"}),
    Format.TIFF: (Image.tiffload_source, {"fail_on": "error"}),
    Format.SVG: (Image.svgload_source, {"fail_on": "error"}),
}
_HARMLESS_WARNINGS = ("extraneous bytes before marker",)  # every pixel is there
_ORIENTATIONS = range(1, 9)  # EXIF 2.32, 4.6.4 A: Orientation
_FIRST_TURNED = 5  # from this one on, rows are columns


@dataclass(frozen=True, slots=True)
class Source:
    """
    An encoded image and what its header says; width and height as stored, of one frame, before orientation.

    Holds nothing of libvips, whose open images hold decoders and their pixels.
    """

    origin: Origin
    kind: Format
    width: int
    height: int
    frames: int
    orientation: int
    colour_space: str
    has_alpha: bool
    warnings: list[str] = field(default_factory=list)

    @classmethod
    def read(cls, origin: Origin, kind: Format) -> "Source":
        """Read the header only; an orientation that is none of the eight is 1."""
        header = decoded(origin, kind)
        orientation = vips.field(header, "orientation", 1)
        return cls(
            origin=origin,
            kind=kind,
            width=int(header.width),
            height=int(header.height),
            frames=vips.field(header, "n-pages", 1),
            orientation=orientation if orientation in _ORIENTATIONS else 1,
            colour_space=str(header.interpretation),
            has_alpha=bool(header.hasalpha()),
        )

    @property
    def content(self) -> bytes:
        """Return the encoded image, read anew if it is a file, for memory holds pixels enough."""
        return self.origin if isinstance(self.origin, bytes) else self.origin.read_bytes()

    @property
    def size(self) -> int:
        """Return how many bytes the encoded image has."""
        return size_of(self.origin)

    @property
    def seen_size(self) -> tuple[int, int]:
        """Return width and height as a person sees the image, after orientation."""
        turned = self.orientation >= _FIRST_TURNED
        return (self.height, self.width) if turned else (self.width, self.height)


def size_of(origin: Origin) -> int:
    """Return the number of bytes."""
    return len(origin) if isinstance(origin, bytes) else origin.stat().st_size


def head_of(origin: Origin, count: int) -> bytes:
    """Return the first *count* bytes."""
    if isinstance(origin, bytes):
        return origin[:count]
    with origin.open("rb") as file:
        return file.read(count)


def decoded(origin: Origin, kind: Format, **options: Any) -> Any:
    """
    Open an image with the decoder of *kind* and no other; its pixels can be read once, from top to bottom.

    Bytes must outlive the image: libvips reads them where they are.
    """
    decoder, defaults = _DECODERS[kind]
    in_memory = isinstance(origin, bytes)
    source = vips.Source.new_from_memory(origin) if in_memory else vips.Source.new_from_file(str(origin))
    return decoder(source, **{"access": "sequential", **defaults, **options})


def still_of(source: Source, plan: RenderPlan) -> Any:
    """Return the first frame in memory, upright; a JPEG shrunk if nothing of its full size is wanted."""
    shrink = {"shrink": _shrink_on_load(source, plan.renditions)} if _only_smaller(source, plan) else {}
    try:
        return _upright(decoded(source.origin, source.kind, **shrink), source)
    except vips.Error as error:
        if not any(harmless in str(error) for harmless in _HARMLESS_WARNINGS):
            raise
        source.warnings.append("The JPEG has stray bytes between its parts.")
        return _upright(decoded(source.origin, source.kind, **shrink, fail_on="error"), source)


def _only_smaller(source: Source, plan: RenderPlan) -> bool:
    return source.kind is Format.JPEG and plan.original is None


def _upright(opened: Any, source: Source) -> Any:
    image = vips.in_memory(presentable(opened, source.warnings))
    return image if source.orientation == 1 else image.autorot().copy_memory()


def _shrink_on_load(source: Source, renditions: tuple[Rendition, ...]) -> int:
    """Return by how much the decoder may shrink: a factor of two is left to the better filter."""
    needed = max((max(made.box(source.width, source.height)) for made in renditions), default=1)
    shortest = min(source.width, source.height)
    return next((factor for factor in (8, 4, 2) if shortest >= needed * factor * 2), 1)
