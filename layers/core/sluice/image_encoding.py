"""How each format is written: quality and effort, by the measurements in docs/images.md."""

from typing import Any

from sluice.images import Format

QUALITY = {Format.JPEG: 80, Format.WEBP: 80, Format.AVIF: 50}
WEBP_EFFORT = 2
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


def save_options(kind: Format, quality: int | None) -> dict[str, Any]:
    """Return the encoder's options for *kind*; a *quality* of 1 to 100 means nothing to PNG, GIF and TIFF."""
    if kind not in QUALITY:
        return dict(_FIXED[kind])
    return {**_FIXED[kind], "Q": quality or QUALITY[kind]}
