"""Read which images a rule wants made: the optimized original, and renditions."""

from enum import StrEnum
from re import fullmatch
from typing import Any

from sluice.images.image import MAX_SIDE, ORIGINAL, Format
from sluice.images.plan import DEFAULT_RENDITIONS, OPTIMIZED_ORIGINAL, Crop, Fit, Rendition
from sluice.option_reading import OptionReading, within

MAX_RENDITIONS = 20
NAME = r"[a-z0-9][a-z0-9_-]{0,31}"
MAX_SHARPEN = 10.0  # pixels


class WrittenFormat(StrEnum):
    """The formats that a rendition may be asked for; `own` is the source's."""

    OWN = "own"
    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    AVIF = "avif"
    GIF = "gif"


def read_original(reading: OptionReading, given: Any) -> Rendition | None:
    """Read `true`, `false`, or `{"quality": …, "animated": …}`."""
    if isinstance(given, bool):
        return OPTIMIZED_ORIGINAL if given else None
    given = reading.object("original", given, ("quality", "animated")) or {}
    return Rendition(
        ORIGINAL,
        quality=reading.whole("original.quality", given.get("quality"), 1, 100),
        animated=reading.truth("original.animated", given.get("animated", True)),
    )


def read_renditions(reading: OptionReading, given: Any) -> tuple[Rendition, ...]:
    """Read the list of renditions, whose names differ; the default ones where there is none."""
    if given is None:
        return DEFAULT_RENDITIONS
    listed = reading.array("renditions", given, MAX_RENDITIONS)
    renditions = tuple(_rendition(reading, f"renditions.{at}", item) for at, item in enumerate(listed))
    names = [rendition.name for rendition in renditions]
    for at, name in enumerate(names):
        if name not in ("", ORIGINAL) and name in names[:at]:
            reading.fault(f"renditions.{at}.name", f"another rendition has the name {name}")
    return renditions


def _rendition(reading: OptionReading, path: str, given: Any) -> Rendition:
    given = reading.object(path, given, tuple(Rendition.__dataclass_fields__))
    if given is None:
        return OPTIMIZED_ORIGINAL
    kind = reading.one_of(within(path, "format"), given.get("format", "webp"), WrittenFormat)
    return Rendition(
        _name(reading, within(path, "name"), given.get("name")),
        width=reading.whole(within(path, "width"), given.get("width"), 1, MAX_SIDE),
        height=reading.whole(within(path, "height"), given.get("height"), 1, MAX_SIDE),
        fit=reading.one_of(within(path, "fit"), given.get("fit", "inside"), Fit),
        crop=reading.one_of(within(path, "crop"), given.get("crop", "attention"), Crop),
        format=None if kind is WrittenFormat.OWN else Format(kind),
        quality=reading.whole(within(path, "quality"), given.get("quality"), 1, 100),
        sharpen=reading.number(within(path, "sharpen"), given.get("sharpen", 0.0), MAX_SHARPEN),
        animated=reading.truth(within(path, "animated"), given.get("animated", False)),
    )


def _name(reading: OptionReading, path: str, given: Any) -> str:
    if isinstance(given, str) and fullmatch(NAME, given) and given != ORIGINAL:
        return given
    message = "small letters, digits, - and _, at most 32, beginning with a letter or digit"
    reading.fault(path, f"{message}, and not {ORIGINAL}; not {given!r}")
    return ""
