"""What every contender is asked for: the engine's own defaults."""

from sluice.image_encoding import AVIF_EFFORT, PNG_COMPRESSION, QUALITY, WEBP_EFFORT, WEBP_ORIGINAL_EFFORT
from sluice.image_plan import DEFAULT_RENDITIONS
from sluice.images import Format

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
