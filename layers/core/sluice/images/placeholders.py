"""Stand-ins for an image that is still loading: dominant colour and ThumbHash, from a grid of pixels."""

import base64
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, floor, pi

GRID_SIDE = 24  # pixels; a ThumbHash keeps seven waves a side, so that more pixels would not show

_OPAQUE = 255
_MOSTLY_OPAQUE = 128
_NOISE = 1e-9  # waves smaller than this are rounding errors

Pixel = tuple[int, int, int, int]  # red, green, blue, alpha; 0 to 255, alpha not premultiplied


@dataclass(frozen=True, slots=True)
class _Channel:
    """The low frequencies of one channel: mean, waves scaled to 0..1, and their scale."""

    mean: float
    waves: tuple[float, ...]
    scale: float


def dominant_colour(pixels: Sequence[Pixel]) -> str:
    """
    Return the commonest colour as `#rrggbb`: the mean of the fullest of 512 cells of RGB space.

    Pixels that are mostly transparent do not count; an image of nothing else is `#000000`.
    """
    seen = [pixel[:3] for pixel in pixels if pixel[3] >= _MOSTLY_OPAQUE]
    if not seen:
        return "#000000"
    cells = [(red >> 5) << 6 | (green >> 5) << 3 | blue >> 5 for red, green, blue in seen]
    fullest = Counter(cells).most_common(1)[0][0]
    members = [pixel for pixel, cell in zip(seen, cells, strict=True) if cell == fullest]
    return "#" + "".join(f"{round(sum(values) / len(members)):02x}" for values in zip(*members, strict=True))


def thumb_hash(width: int, height: int, pixels: Sequence[Pixel]) -> str:
    """
    Return the ThumbHash of a grid of at most 100 x 100 pixels in row order, Base64.

    Source: https://evanw.github.io/thumbhash/ (MIT). Where its JavaScript keeps the rounding noise of an even
    channel, this has zeros.
    """
    light, yellow_blue, red_green, alpha = _channels(pixels)
    has_alpha = any(pixel[3] < _OPAQUE for pixel in pixels)
    most = 5 if has_alpha else 7
    across, down = (max(1, _round(most * side / max(width, height))) for side in (width, height))
    light_part = _low_frequencies(light, width, height, max(3, across), max(3, down))
    parts = [light_part, *(_low_frequencies(part, width, height, 3, 3) for part in (yellow_blue, red_green))]
    landscape = width > height
    header = (
        _round(63 * parts[0].mean)
        | _round(31.5 + 31.5 * parts[1].mean) << 6
        | _round(31.5 + 31.5 * parts[2].mean) << 12
        | _round(31 * parts[0].scale) << 18
        | has_alpha << 23
    ).to_bytes(3, "little")
    header += (
        (down if landscape else across)
        | _round(63 * parts[1].scale) << 3
        | _round(63 * parts[2].scale) << 9
        | landscape << 15
    ).to_bytes(2, "little")
    if has_alpha:
        parts.append(_low_frequencies(alpha, width, height, 5, 5))
        header += bytes([_round(15 * parts[3].mean) | _round(15 * parts[3].scale) << 4])
    return base64.b64encode(header + _nibbles(parts)).decode()


def _channels(pixels: Sequence[Pixel]) -> tuple[list[float], list[float], list[float], list[float]]:
    """Return luminance, yellow-blue, red-green and alpha, each 0..1 or -1..1, over the mean colour."""
    weight = sum(pixel[3] for pixel in pixels) / 255
    mean = [sum(p[c] * p[3] for p in pixels) / 65025 / weight if weight else 0.0 for c in range(3)]
    light, yellow_blue, red_green, alphas = [], [], [], []
    for pixel in pixels:
        alpha = pixel[3] / 255
        red, green, blue = (mean[c] * (1 - alpha) + alpha / 255 * pixel[c] for c in range(3))
        light.append((red + green + blue) / 3)
        yellow_blue.append((red + green) / 2 - blue)
        red_green.append(red - green)
        alphas.append(alpha)
    return light, yellow_blue, red_green, alphas


def _low_frequencies(channel: list[float], width: int, height: int, across: int, down: int) -> _Channel:
    """Return the lowest waves of a cosine transform, over rows and then over columns (it is separable)."""
    rows = [channel[at : at + width] for at in range(0, width * height, width)]
    by_row = [[_dot(row, wave) for row in rows] for wave in _waves(width, across)]
    column_waves = _waves(height, down)
    area = width * height
    coefficients = [
        _dot(by_row[x], column_waves[y]) / area
        for y in range(down)
        for x in range(across)
        if x * down < across * (down - y)
    ]
    scale = max((abs(value) for value in coefficients[1:]), default=0.0)
    scale = scale if scale > _NOISE else 0.0
    return _Channel(
        coefficients[0],
        tuple(0.5 + 0.5 / scale * value if scale else 0.0 for value in coefficients[1:]),
        scale,
    )


def _waves(length: int, count: int) -> list[list[float]]:
    return [[cos(pi / length * wave * (at + 0.5)) for at in range(length)] for wave in range(count)]


def _dot(values: list[float], wave: list[float]) -> float:
    return sum(map(float.__mul__, values, wave))


def _nibbles(parts: Sequence[_Channel]) -> bytes:
    nibbles = [_round(15 * value) for part in parts for value in part.waves]
    nibbles += [0] * (len(nibbles) % 2)
    return bytes(low | high << 4 for low, high in zip(nibbles[::2], nibbles[1::2], strict=True))


def _round(value: float) -> int:
    """Round half up, as JavaScript does."""
    return floor(value + 0.5)
