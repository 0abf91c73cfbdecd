"""What every contender is asked for: the engine's own defaults."""

from sluice.images.encoding import AVIF_EFFORT, PNG_COMPRESSION, QUALITY, WEBP_EFFORT, WEBP_ORIGINAL_EFFORT
from sluice.images.image import Format
from sluice.images.plan import DEFAULT_RENDITIONS

SIDES = sorted((made.width or 0 for made in DEFAULT_RENDITIONS), reverse=True)
SETTINGS = {
    "jpeg_quality": QUALITY[Format.JPEG],
    "webp_quality": QUALITY[Format.WEBP],
    "webp_effort": WEBP_EFFORT,
    "webp_original_effort": WEBP_ORIGINAL_EFFORT,
    "avif_quality": QUALITY[Format.AVIF],
    "avif_effort": AVIF_EFFORT,
    "png_compression": PNG_COMPRESSION,
    "sides": SIDES,
}
