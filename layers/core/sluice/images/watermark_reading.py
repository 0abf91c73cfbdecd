"""Read what a rule wants laid over images: a text, or an image that lies in a bucket."""

from collections.abc import Mapping
from typing import Any

from sluice.images.options import Bucket, WatermarkImage
from sluice.images.plan import Place, Watermark
from sluice.option_reading import OptionReading

MAX_TEXT = 200  # characters
MAX_KEY = 1_024  # of an S3 object


def read_watermark(reading: OptionReading, given: Any) -> Watermark | None:
    """Read the watermark, without the bytes of its image; None where none is wanted."""
    if given is None:
        return None
    given = reading.object("watermark", given, ("text", "image", "bucket", "place", "size", "opacity"))
    if given is None:
        return Watermark()
    if ("text" in given) == ("image" in given):
        reading.fault("watermark", "either a text or an image")
    return Watermark(
        text=reading.text("watermark.text", given["text"], MAX_TEXT) if "text" in given else "",
        place=reading.one_of("watermark.place", given.get("place", "bottom-right"), Place),
        size=reading.number("watermark.size", given.get("size", 0.25), 1.0),
        opacity=reading.number("watermark.opacity", given.get("opacity", 0.5), 1.0),
    )


def read_watermark_image(reading: OptionReading, watermark: Any) -> WatermarkImage | None:
    """Read where the watermark's image lies; None where it has none."""
    if not isinstance(watermark, Mapping):
        return None
    if "image" not in watermark:
        if "bucket" in watermark:
            reading.fault("watermark.bucket", "only an image lies in a bucket")
        return None
    return WatermarkImage(
        reading.one_of("watermark.bucket", watermark.get("bucket", "inbox"), Bucket),
        reading.text("watermark.image", watermark["image"], MAX_KEY),
    )
