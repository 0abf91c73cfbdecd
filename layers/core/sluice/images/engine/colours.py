"""Bring any colour space to 8-bit grey or RGB that every output format can hold."""

from typing import Any

_PROFILE = "icc-profile-data"
_GREY_BANDS = 2  # with alpha
_HEADER_BYTES = 128  # ICC.1:2022, 7.2: colour space at 16, the signature `acsp` at 36


def presentable(image: Any, warnings: list[str]) -> Any:
    """
    Return *image* as 8-bit grey or RGB, with alpha if it had any.

    RGB keeps its own profile, so that no gamut is lost. CMYK becomes sRGB at once: libvips 8.18.7 crashes
    when a CMYK image is resized first and written with `keep="icc"`. Grey loses its profile, as WebP and AVIF
    hold only RGB.
    """
    image = _with_sound_profile(image, warnings)
    if image.interpretation == "cmyk":
        image = image.icc_transform("srgb", embedded=True, input_profile="cmyk")
    elif has_profile(image) and image.bands <= _GREY_BANDS:
        image = _without_profile(image.icc_transform("srgb", embedded=True))
    grey = image.interpretation in ("b-w", "grey16") or image.bands <= _GREY_BANDS
    image = image.colourspace("b-w" if grey else "srgb")
    return image if image.format == "uchar" else image.cast("uchar")


def _with_sound_profile(image: Any, warnings: list[str]) -> Any:
    """Drop a profile that is broken, or made for other channels than these."""
    if not has_profile(image):
        return image
    profile = bytes(image.get(_PROFILE))
    wanted = b"GRAY" if image.bands <= _GREY_BANDS else b"CMYK" if image.interpretation == "cmyk" else b"RGB "
    if len(profile) > _HEADER_BYTES and profile[36:40] == b"acsp" and profile[16:20] == wanted:
        return image
    warnings.append("The colour profile is broken or made for other channels, and was left out.")
    return _without_profile(image)


def _without_profile(image: Any) -> Any:
    image = image.copy()
    image.remove(_PROFILE)
    return image


def has_profile(image: Any) -> bool:
    """Tell whether *image* carries a colour profile."""
    return bool(image.get_typeof(_PROFILE))
