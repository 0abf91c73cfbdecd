"""What a rule wants of images."""

from dataclasses import dataclass, replace
from enum import StrEnum

from sluice.images.analysis import AnalysisOptions
from sluice.images.plan import RenderPlan


class Bucket(StrEnum):
    """Where the image of a watermark lies."""

    INBOX = "inbox"
    OUTBOX = "outbox"


@dataclass(frozen=True, slots=True)
class WatermarkImage:
    """The object that is laid over images, in its newest version."""

    bucket: Bucket
    key: str


@dataclass(frozen=True, slots=True)
class ImageOptions:
    """What a rule wants of images."""

    plan: RenderPlan
    """Without the bytes of the watermark's image."""
    watermark_image: WatermarkImage | None
    analysis: AnalysisOptions | None

    def plan_with(self, image: bytes) -> RenderPlan:
        """Return the plan with the bytes of the watermark's image, if it has one."""
        if self.plan.watermark is None or not image:
            return self.plan
        return replace(self.plan, watermark=replace(self.plan.watermark, image=image))
