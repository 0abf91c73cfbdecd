"""Images to measure with: the spectrum of a photograph, shapes with edges, the grain of a sensor."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyvips

FOLDER = Path("build/bench/images")
GRAIN = 1.2  # standard deviation of the noise, of 255


def inputs() -> list[Path]:
    """Return the five inputs, made where they are missing."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    return [_made(FOLDER / name, make) for name, make in _MAKERS.items()]


def photo_jpeg(width: int, height: int) -> bytes:
    """Return a photograph as a camera writes it."""
    return bytes(_photo(width, height, 6).jpegsave_buffer(Q=90))


def _made(path: Path, make: Callable[[str], None]) -> Path:
    if not path.exists():
        make(str(path))
    return path


def _photo(width: int, height: int, seed: int) -> pyvips.Image:
    """Return light and two colour differences of a 1/f spectrum, with 40 shapes and grain laid over."""
    random = np.random.default_rng(seed)
    light, blue, red = (
        _field(width, height, power, random) * spread for power, spread in ((1.35, 45), (1.6, 18), (1.6, 18))
    )
    down, across = np.ogrid[0:height, 0:width]
    for _ in range(40):
        x, y, radius, stretch = random.random(4) * [width, height, 0.1 * width, 1] + [0, 0, 0.02 * width, 0.5]
        shape = (across - x) ** 2 + ((down - y) * stretch) ** 2 < radius**2
        light[shape] += random.normal() * 25
        red[shape] += random.normal() * 12
    light += 118 + random.standard_normal(light.shape, dtype=np.float32) * GRAIN
    channels = np.stack([light + 1.4 * red, light - 0.34 * blue - 0.71 * red, light + 1.77 * blue], axis=-1)
    return _image(channels.clip(0, 255).astype(np.uint8))


def _field(width: int, height: int, power: float, random: np.random.Generator) -> np.ndarray:
    """Return noise whose amplitude falls with frequency to *power*, of standard deviation 1."""
    frequency = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None])
    frequency[0, 0] = np.inf
    spectrum = random.standard_normal(frequency.shape) + 1j * random.standard_normal(frequency.shape)
    field = np.fft.irfft2(spectrum * frequency**-power, s=(height, width)).astype(np.float32)
    return field / field.std()


def _image(channels: np.ndarray) -> pyvips.Image:
    height, width, bands = channels.shape
    image = pyvips.Image.new_from_memory(channels.tobytes(), width, height, bands, "uchar")
    return image.copy(interpretation="srgb")


def _see_through(path: str) -> None:
    spots = pyvips.Image.xyz(3264, 2448)
    distance = ((spots[0] / 1632 - 1) ** 2 + (spots[1] / 1224 - 1) ** 2) ** 0.5
    alpha = ((1.2 - distance) * 255).cast("uchar")
    _photo(3264, 2448, 3).gaussblur(0.6).cast("uchar").bandjoin(alpha).pngsave(path, filter="all")


_MAKERS: dict[str, Callable[[str], None]] = {
    "12mp.jpg": lambda path: _photo(4000, 3000, 1).jpegsave(path, Q=90),
    "24mp.jpg": lambda path: _photo(6000, 4000, 2).jpegsave(path, Q=90),
    "8mp-alpha.png": _see_through,
    "8mp.webp": lambda path: _photo(3264, 2448, 4).webpsave(path, Q=88),
    "8mp.avif": lambda path: _photo(3264, 2448, 5).heifsave(path, Q=70, compression="av1", effort=1),
}
