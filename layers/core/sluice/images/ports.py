"""What work on images needs from outside."""

from pathlib import Path
from typing import Protocol

from sluice.files import File
from sluice.images.analysis import Analysed, AnalysisOptions
from sluice.images.image import Refused, Rendered
from sluice.images.options import WatermarkImage
from sluice.images.plan import RenderPlan


class Watermarks(Protocol):
    """The images that rules lay over others."""

    def fetch(self, image: WatermarkImage, file: File) -> bytes:
        """Return the newest version, from the bucket of *file* or the outbox; else MisconfiguredError."""
        ...


class Analysis(Protocol):
    """What sees what is in an image."""

    def analyse(self, jpeg: bytes, options: AnalysisOptions) -> Analysed | Refused:
        """Look for what *options* say; an image that is not suitable is refused."""
        ...


class Renderer(Protocol):
    """What makes images from images."""

    def render(self, source: bytes | Path, plan: RenderPlan) -> Rendered | Refused:
        """Render one image; whatever is wrong with it is a refusal."""
        ...
