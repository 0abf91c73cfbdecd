"""Draw the sample images of the repository: python -m tests.benchmarks.images.samples."""

from pathlib import Path

import numpy as np
import pyvips

FOLDER = Path("samples")
KEEP_ALL = pyvips.enums.ForeignKeep.ALL


def main() -> None:
    """Write the three samples."""
    mountains(1800, 1200).jpegsave(str(FOLDER / "mountain lake.jpg"), Q=84, keep=KEEP_ALL)
    vase(900, 1000).pngsave(str(FOLDER / "vase.png"), filter="avg", compression=9)
    pendulum(320, 240, frames=24).gifsave(str(FOLDER / "pendulum.gif"), effort=7)


def mountains(width: int, height: int) -> pyvips.Image:
    """Ridges at dusk over a lake; stored on its side, with the orientation and place that a camera adds."""
    random = np.random.default_rng(11)
    shore = int(height * 0.62)
    down = np.linspace(0, 1, shore)[:, None, None]
    picture = np.array([38, 52, 96]) * (1 - down) + np.array([247, 176, 124]) * down + np.zeros((1, width, 1))
    glow = np.hypot(np.arange(width)[None, :] - width * 0.68, np.arange(shore)[:, None] - shore * 0.72)
    picture += (np.exp(-((glow / 220) ** 2)) * 60)[..., None] * np.array([1.0, 0.9, 0.6])
    picture[glow < 42] = [255, 240, 205]
    for depth in range(5):
        crest = shore * (0.48 + depth * 0.11) + _ridge(width, random) * shore * (0.16 - depth * 0.015)
        behind = np.arange(shore)[:, None] > crest[None, :]
        tone = np.array([126, 108, 132]) * (1 - depth / 5) + np.array([20, 30, 44]) * (depth / 5)
        texture = random.normal(0, 3, (shore, width, 1)) + _ridge(width, random)[None, :, None] * 6
        picture = np.where(behind[..., None], tone + texture, picture)
    lake = picture[::-1][: height - shore] * 0.72 + np.array([8, 14, 26])
    waves = (np.sin(np.arange(height - shore) ** 0.75 * 2.3) * np.linspace(1, 9, height - shore)).astype(int)
    lake = np.stack([np.roll(row, shift, axis=0) for row, shift in zip(lake, waves, strict=True)])
    whole = np.concatenate([picture, lake]) + random.normal(0, 2.2, (height, width, 1))
    image = _image(whole).rot270()
    image.set_type(pyvips.GValue.gint_type, "orientation", 6)
    for name, value in _CAMERA.items():
        image.set_type(pyvips.GValue.gstr_type, name, value)
    return image


# The summit of Mont Blanc, where no lake is.
_CAMERA = {
    "exif-ifd0-Make": "Sluice",
    "exif-ifd0-Model": "Drawn by a program",
    "exif-ifd3-GPSLatitudeRef": "N",
    "exif-ifd3-GPSLatitude": "45/1 49/1 57/1",
    "exif-ifd3-GPSLongitudeRef": "E",
    "exif-ifd3-GPSLongitude": "6/1 51/1 52/1",
}


def _ridge(width: int, random: np.random.Generator) -> np.ndarray:
    """Return a line of fractal noise, about -1 to 1."""
    spectrum = (
        random.standard_normal(width // 2 + 1) + 1j * random.standard_normal(width // 2 + 1)
    ) / np.maximum(np.arange(width // 2 + 1), 1) ** 1.15
    spectrum[0] = 0
    line = np.fft.irfft(spectrum, n=width)
    return line / np.abs(line).max()


def vase(width: int, height: int) -> pyvips.Image:
    """A glazed vase, cut out, with a soft shadow: what a shop uploads."""
    x, y = np.meshgrid(np.linspace(-1, 1, width), np.linspace(-1.1, 1.1, height))
    profile = 0.34 + 0.2 * np.sin((y + 0.55) * 2.6) * (y > -0.75) + 0.12 * np.clip(-0.72 - y, 0, 1) * 4
    inside = (
        np.clip((profile - np.abs(x)) * width / 3, 0, 1) * (y > -0.9) * np.clip((0.86 - y) * height / 4, 0, 1)
    )
    turn = np.clip(x / np.maximum(profile, 0.01), -1, 1)
    light = np.clip(0.35 + 0.75 * np.sqrt(1 - turn**2) * (0.8 - turn * 0.45), 0, 1.2)
    bands = 0.5 + 0.5 * np.tanh(np.sin(y * 13) * 6)
    glaze = np.where(bands[..., None] > 0.5, [34.0, 116, 128], [226.0, 214, 190]) * light[..., None]
    glaze += (np.exp(-(((turn + 0.42) / 0.1) ** 2)) * 90 * inside)[..., None]
    shadow = np.exp(-(((x - 0.12) / 0.55) ** 2) - ((y - 0.88) / 0.075) ** 2) * 0.55
    alpha = inside + shadow * (1 - inside)
    colour = glaze * (inside / np.maximum(alpha, 1e-6))[..., None]
    return _image(np.dstack([colour, alpha * 255]))


def pendulum(width: int, height: int, frames: int) -> pyvips.Image:
    """A swinging ball, for ever."""
    y, x = np.mgrid[0:height, 0:width]
    pages = []
    for at in range(frames):
        angle = 0.75 * np.sin(2 * np.pi * at / frames)
        ball = (width / 2 + np.sin(angle) * height * 0.72, 12 + np.cos(angle) * height * 0.72)
        page = np.full((height, width, 3), [240.0, 236, 226])
        along = np.clip(((x - width / 2) * np.sin(angle) + (y - 12) * np.cos(angle)), 0, height * 0.72)
        away = np.hypot(x - width / 2 - along * np.sin(angle), y - 12 - along * np.cos(angle))
        page[away < 1.2] = [70, 74, 80]
        near = np.hypot(x - ball[0], y - ball[1])
        shade = np.clip(1.15 - np.hypot(x - ball[0] + 8, y - ball[1] + 8) / 40, 0.3, 1)
        page[near < 24] = (np.array([214.0, 84, 48]) * shade[..., None])[near < 24]
        pages.append(_image(page))
    strip = pyvips.Image.arrayjoin(pages, across=1).copy()
    strip.set_type(pyvips.GValue.gint_type, "page-height", height)
    strip.set_type(pyvips.GValue.array_int_type, "delay", [60] * frames)
    strip.set_type(pyvips.GValue.gint_type, "loop", 0)
    return strip


def _image(channels: np.ndarray) -> pyvips.Image:
    height, width, bands = channels.shape
    content = channels.clip(0, 255).astype(np.uint8).tobytes()
    return pyvips.Image.new_from_memory(content, width, height, bands, "uchar").copy(interpretation="srgb")


if __name__ == "__main__":
    main()
