"""What `process_image` is made of."""

from functools import cache, partial

from sluice.aws.rekognition import RekognitionAnalysis
from sluice.aws.s3 import S3Inbox, S3Outbox
from sluice.aws.s3_watermarks import S3Watermarks
from sluice.batches import Batch
from sluice.images.isolation import ImageWorker
from sluice.images.limits import ImageLimits
from sluice.processing import Processor
from sluice.processors.downloads import Downloads
from sluice.processors.rendering import Studio, render_file
from sluice.settings.processors import ProcessImageSettings
from sluice.wiring.clients import client
from sluice.wiring.processing import processor


def image_downloads(settings: ProcessImageSettings, batch: Batch) -> Downloads:
    """Return what fetches the files of a batch."""
    files = [task.file for task in batch.tasks]
    return Downloads(S3Inbox(client("s3")), files, _image_limits(settings).max_bytes)


def image_renderer(settings: ProcessImageSettings, downloads: Downloads) -> Processor:
    """Return what `process_image` processes with."""
    limits = _image_limits(settings)
    outbox = S3Outbox(client("s3"), settings.outbox_bucket)
    studio = Studio(
        renderer=image_worker(limits),
        watermarks=watermarks(settings.outbox_bucket),
        analysis=RekognitionAnalysis(client("rekognition")) if settings.image_analysis else None,
    )
    return processor(partial(render_file, downloads=downloads, outbox=outbox, studio=studio), settings)


def _image_limits(settings: ProcessImageSettings) -> ImageLimits:
    return ImageLimits(
        max_bytes=settings.image_max_mebibytes * 1024**2,
        max_pixels=settings.image_max_megapixels * 1_000_000,
        max_frames=settings.image_max_frames,
        max_seconds=settings.image_max_seconds,
    )


@cache
def watermarks(outbox: str) -> S3Watermarks:
    """Return the watermarks, which stay from one batch to the next."""
    return S3Watermarks(client("s3"), outbox)


@cache
def image_worker(limits: ImageLimits) -> ImageWorker:
    """Return the rendering process; one per execution environment."""
    return ImageWorker(limits)
