"""From the options of a rule, as a person writes them in JSON, to the plan of an image's renditions."""

from collections.abc import Mapping
from enum import StrEnum
from re import fullmatch
from typing import Any, TypeVar

from sluice.image_plan import (
    DEFAULT_RENDITIONS,
    OPTIMIZED_ORIGINAL,
    Crop,
    Fit,
    MetadataPolicy,
    Place,
    RenderPlan,
    Rendition,
    Watermark,
)
from sluice.images import MAX_SIDE, Format

MAX_RENDITIONS = 20
MAX_TEXT = 200  # characters of a watermark
WRITTEN_ON_REQUEST = (Format.JPEG, Format.PNG, Format.WEBP, Format.AVIF, Format.GIF)


Choice = TypeVar("Choice", bound=StrEnum)


class ImageOptionError(ValueError):
    """An option of a rule is not one, or has a value it cannot have; the message names it."""


def render_plan(options: Mapping[str, Any], watermark_image: bytes = b"") -> RenderPlan:
    """
    Return the plan that *options* describe; what they leave out has its default.

    A watermark that is an image is named by its key in the options, and given here as bytes.
    """
    _known(
        options,
        {"original", "renditions", "background", "metadata", "watermark", "allow_svg"},
        "image options",
    )
    given = options.get("renditions")
    renditions = DEFAULT_RENDITIONS if given is None else tuple(map(_rendition, _list(given)))
    if len({made.name for made in renditions}) != len(renditions):
        raise ImageOptionError("renditions: two of them have the same name")
    return RenderPlan(
        original=_original(options.get("original", True)),
        renditions=renditions,
        background=_colour(options.get("background", "#ffffff")),
        metadata=_one_of(MetadataPolicy, options.get("metadata", "strip"), "metadata"),
        watermark=_watermark(options["watermark"], watermark_image) if options.get("watermark") else None,
        allow_svg=_truth(options.get("allow_svg", False), "allow_svg"),
    )


def _original(given: Any) -> Rendition | None:
    """Read `true`, `false`, or `{"quality": …, "animated": …}`."""
    if isinstance(given, bool):
        return OPTIMIZED_ORIGINAL if given else None
    _known(given, {"quality", "animated"}, "original")
    return Rendition(
        OPTIMIZED_ORIGINAL.name,
        quality=_number(given.get("quality"), 1, 100, "original: quality"),
        animated=_truth(given.get("animated", True), "original: animated"),
    )


def _rendition(given: Any) -> Rendition:
    _known(given, {"name", *Rendition.__dataclass_fields__}, "rendition")
    name = str(given.get("name", ""))
    if not fullmatch(r"[a-z0-9][a-z0-9_-]{0,31}", name) or name == OPTIMIZED_ORIGINAL.name:
        raise ImageOptionError(f"rendition name {name!r}: small letters, digits, - and _, at most 32")
    where = f"rendition {name}"
    kind = given.get("format", "webp")
    if kind not in (*WRITTEN_ON_REQUEST, "own"):
        raise ImageOptionError(
            f"{where}: format is own or one of {', '.join(WRITTEN_ON_REQUEST)}, not {kind!r}"
        )
    return Rendition(
        name,
        width=_number(given.get("width"), 1, MAX_SIDE, f"{where}: width"),
        height=_number(given.get("height"), 1, MAX_SIDE, f"{where}: height"),
        fit=_one_of(Fit, given.get("fit", "inside"), f"{where}: fit"),
        crop=_one_of(Crop, given.get("crop", "attention"), f"{where}: crop"),
        format=None if kind == "own" else Format(kind),
        quality=_number(given.get("quality"), 1, 100, f"{where}: quality"),
        sharpen=_share(given.get("sharpen", 0.0), 10.0, f"{where}: sharpen"),
        animated=_truth(given.get("animated", False), f"{where}: animated"),
    )


def _watermark(given: Any, image: bytes) -> Watermark:
    _known(given, {"text", "image", "place", "size", "opacity"}, "watermark")
    text = str(given.get("text", ""))
    if bool(text) == bool(image) or len(text) > MAX_TEXT:
        raise ImageOptionError(f"watermark: either a text of at most {MAX_TEXT} characters or an image")
    return Watermark(
        text=text,
        image=image,
        place=_one_of(Place, given.get("place", "bottom-right"), "watermark: place"),
        size=_share(given.get("size", 0.25), 1.0, "watermark: size"),
        opacity=_share(given.get("opacity", 0.5), 1.0, "watermark: opacity"),
    )


def _known(given: Any, names: set[str], where: str) -> None:
    if not isinstance(given, Mapping):
        raise ImageOptionError(f"{where}: must be an object")
    if unknown := sorted(set(given) - names):
        raise ImageOptionError(f"{where}: {', '.join(unknown)} is not an option")


def _list(given: Any) -> list[Any]:
    if not isinstance(given, list) or len(given) > MAX_RENDITIONS:
        raise ImageOptionError(f"renditions: must be a list of at most {MAX_RENDITIONS}")
    return given


def _colour(given: Any) -> str:
    if not isinstance(given, str) or not fullmatch(r"#[0-9a-fA-F]{6}", given):
        raise ImageOptionError(f"background: a colour as #rrggbb, not {given!r}")
    return given


def _truth(given: Any, where: str) -> bool:
    if not isinstance(given, bool):
        raise ImageOptionError(f"{where}: true or false, not {given!r}")
    return given


def _number(given: Any, least: int, most: int, where: str) -> int | None:
    if given is None:
        return None
    if isinstance(given, bool) or not isinstance(given, int) or not least <= given <= most:
        raise ImageOptionError(f"{where}: a whole number from {least} to {most}, not {given!r}")
    return given


def _share(given: Any, most: float, where: str) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 <= given <= most:
        raise ImageOptionError(f"{where}: a number from 0 to {most:g}, not {given!r}")
    return float(given)


def _one_of(choices: type[Choice], given: Any, where: str) -> Choice:
    if given not in list(choices):
        raise ImageOptionError(f"{where}: one of {', '.join(choices)}, not {given!r}")
    return choices(given)
