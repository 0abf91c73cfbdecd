"""From bytes to upright pixels of 8 bits in grey or RGB."""

from dataclasses import dataclass, field
from typing import Any

from sluice.images import Format, Rendition, RenderPlan
from sluice.imaging import vips
from sluice.imaging.colours import presentable
from sluice.imaging.vips import Image, pyvips

_DECODERS = {
    # Short or false JPEG data is only a warning to libjpeg.
    Format.JPEG: (Image.jpegload_buffer, {"fail_on": "warning"}),
    Format.PNG: (Image.pngload_buffer, {"fail_on": "error"}),
    Format.WEBP: (Image.webpload_buffer, {"fail_on": "error"}),
    Format.AVIF: (Image.heifload_buffer, {"fail_on": "error"}),
    Format.GIF: (Image.gifload_buffer, {"fail_on": "error"}),
    Format.TIFF: (Image.tiffload_buffer, {"fail_on": "error"}),
    Format.SVG: (Image.svgload_buffer, {"fail_on": "error"}),
}
_HARMLESS_WARNINGS = ("extraneous bytes before marker",)  # every pixel is there
_ORIENTATIONS = range(1, 9)  # EXIF 2.32, 4.6.4 A: Orientation
_FIRST_TURNED = 5  # from this one on, rows are columns


@dataclass(frozen=True, slots=True)
class Source:
    """An encoded image and what its header says."""

    content: bytes
    kind: Format
    header: Any
    warnings: list[str] = field(default_factory=list)

    @classmethod
    def read(cls, content: bytes, kind: Format) -> "Source":
        """Read the header only."""
        return cls(content, kind, decoded(content, kind))

    @property
    def width(self) -> int:
        """Return the width as stored, before orientation."""
        return int(self.header.width)

    @property
    def height(self) -> int:
        """Return the height as stored, of one frame."""
        return int(self.header.height)

    @property
    def seen_size(self) -> tuple[int, int]:
        """Return width and height as a person sees the image, after orientation."""
        turned = self.orientation >= _FIRST_TURNED
        return (self.height, self.width) if turned else (self.width, self.height)

    @property
    def frames(self) -> int:
        """Return how many frames or pages there are."""
        return vips.field(self.header, "n-pages", 1)

    @property
    def orientation(self) -> int:
        """Return the EXIF orientation, 1 if there is none or it is none of the eight."""
        found = vips.field(self.header, "orientation", 1)
        return found if found in _ORIENTATIONS else 1


def allow_svg(*, allowed: bool) -> None:
    """Let libvips load SVG or not; it never follows a reference out of it, as it is given bytes without a place."""
    pyvips.operation_block_set("VipsForeignLoadSvg", not allowed)


def decoded(content: bytes, kind: Format, **options: Any) -> Any:
    """Open *content* with the decoder of *kind* and no other."""
    decoder, defaults = _DECODERS[kind]
    return decoder(content, **{"access": "sequential", **defaults, **options})


def still_of(source: Source, plan: RenderPlan) -> Any:
    """Return the first frame in memory, upright; a JPEG smaller than it is if nothing of its full size is wanted."""
    shrink = {"shrink": _shrink_on_load(source, plan.renditions)} if _only_smaller(source, plan) else {}
    try:
        return _upright(source, **shrink)
    except pyvips.Error as error:
        if not any(harmless in str(error) for harmless in _HARMLESS_WARNINGS):
            raise
        source.warnings.append("The JPEG has stray bytes between its parts.")
        return _upright(source, **shrink, fail_on="error")


def _only_smaller(source: Source, plan: RenderPlan) -> bool:
    return source.kind is Format.JPEG and plan.original is None


def _upright(source: Source, **options: Any) -> Any:
    image = decoded(source.content, source.kind, **options)
    image = presentable(image, source.warnings).copy_memory()
    return image if source.orientation == 1 else image.autorot().copy_memory()


def _shrink_on_load(source: Source, renditions: tuple[Rendition, ...]) -> int:
    """Return by how much the decoder may shrink: a factor of two is left to the better filter."""
    needed = max((max(made.box(source.width, source.height)) for made in renditions), default=1)
    shortest = min(source.width, source.height)
    return next((factor for factor in (8, 4, 2) if shortest >= needed * factor * 2), 1)
