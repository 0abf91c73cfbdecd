"""How each format is written: quality and effort, by the measurements in docs/images.md."""

from typing import Any

from sluice.images.image import Format

QUALITY = {Format.JPEG: 80, Format.WEBP: 80, Format.AVIF: 50}
WEBP_EFFORT = 2
WEBP_ORIGINAL_EFFORT = 0  # the optimized original is fetched one time in ten: more effort does not pay for it
AVIF_EFFORT = 0
PNG_COMPRESSION = 3
GIF_EFFORT = 3

_FIXED: dict[Format, dict[str, Any]] = {
    Format.JPEG: {},
    Format.PNG: {"compression": PNG_COMPRESSION},
    Format.WEBP: {"effort": WEBP_EFFORT},
    Format.AVIF: {"compression": "av1", "effort": AVIF_EFFORT},
    Format.GIF: {"effort": GIF_EFFORT, "reuse": True},
    Format.TIFF: {"compression": "deflate", "predictor": "horizontal"},
}


def save_options(kind: Format, quality: int | None, *, original: bool = False) -> dict[str, Any]:
    """Return the encoder's options for *kind*; a *quality* of 1 to 100 means nothing to PNG, GIF and TIFF."""
    options = dict(_FIXED[kind])
    if original and kind is Format.WEBP:
        options["effort"] = WEBP_ORIGINAL_EFFORT
    return options | ({"Q": quality or QUALITY[kind]} if kind in QUALITY else {})
