"""What one image may cost."""

from dataclasses import dataclass

from sluice.images.image import MAX_SIDE, Refused

MAX_BYTES = 50 * 1024**2  # of the uploaded file
# Width x height x frames that are decoded; 100 MP is the largest medium-format camera.
MAX_PIXELS = 100_000_000
MAX_FRAMES = 1_000
MAX_SECONDS = 60.0  # one file, decoding to last rendition
MAX_ADDRESS_SPACE = 1_400 * 1024**2  # bytes; leaves a 1769 MB function room for its own interpreter


@dataclass(frozen=True, slots=True)
class ImageLimits:
    """What one image may cost: checked from its header before decoding, time and memory during it."""

    max_bytes: int = MAX_BYTES
    max_pixels: int = MAX_PIXELS
    max_side: int = MAX_SIDE
    max_frames: int = MAX_FRAMES
    max_seconds: float = MAX_SECONDS
    max_address_space: int = MAX_ADDRESS_SPACE


def exceeded(
    limits: ImageLimits, *, width: int, height: int, frames: int, decoded_frames: int
) -> Refused | None:
    """Return why an image is refused whose header goes beyond a limit; None where it keeps all."""
    if max(width, height) > limits.max_side:
        return Refused(
            "too-large", f"The image is {width} x {height} pixels; the longest side may be {limits.max_side}."
        )
    if frames > limits.max_frames:
        return Refused("too-many-frames", f"The image has {frames} frames; {limits.max_frames} are allowed.")
    pixels = width * height * decoded_frames
    if pixels > limits.max_pixels:
        over = f" over {decoded_frames} frames" if decoded_frames > 1 else ""
        return Refused(
            "too-many-pixels",
            f"The image has {pixels / 1e6:.1f} megapixels{over}; {limits.max_pixels / 1e6:.1f} are allowed.",
        )
    return None
