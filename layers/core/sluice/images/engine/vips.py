"""libvips, set up for hostile input and one CPU, and what its errors mean."""

from contextlib import suppress
from typing import Any

from sluice.images.image import TOO_MUCH_MEMORY, Format, Refused

try:
    import pyvips
except ImportError as missing:
    raise ImportError(
        "sluice.images.engine needs pyvips, which only the process_image function carries"
        " (functions/process_image/requirements.txt)"
    ) from missing

pyvips.cache_set_max(0)  # no operation is run twice, and its cache would keep a file's pixels alive
pyvips.concurrency_set(1)  # a function has one CPU; more threads only cost memory
pyvips.block_untrusted_set(True)  # noqa: FBT003 (its only parameter)

Image = pyvips.Image
Source = pyvips.Source
Error = pyvips.Error
Keep = pyvips.enums.ForeignKeep

_OUT_OF_MEMORY = (
    "out of memory",
    "unable to allocate",
    "memory exhausted",
    "cannot allocate",
    "memory allocation",
    "creating thread",  # whose stack is address space
)
_LONGEST_CAUSE = 200  # characters; a decoder may quote the file
_SHORT = (
    "premature end",
    "truncated",
    "unexpected end",
    "end of stream",
    "not enough",
    "too short",
    "incomplete",
)


def allow_svg(*, allowed: bool) -> None:
    """Let libvips load SVG or not; it follows no reference out of it, as a source has no place of its own."""
    pyvips.operation_block_set("VipsForeignLoadSvg", not allowed)


def in_memory(image: Any) -> Any:
    """
    Return an image of 8 bits a channel, read from top to bottom into memory, with its metadata.

    The same as libvips's own copy to memory, at 4 ms less for 12 megapixels: pixels are written once.
    """
    pixels = image.write_to_memory()
    held = Image.new_from_memory(pixels, image.width, image.height, image.bands, image.format)
    held = held.copy(interpretation=image.interpretation, xres=image.xres, yres=image.yres)
    for name in fields(image) - fields(held):
        held.set_type(image.get_typeof(name), name, image.get(name))
    return held


def mark_pages(image: Any, height: int) -> Any:
    """Return *image* as frames of *height*, one below the other."""
    marked = image.copy()
    marked.set_type(pyvips.GValue.gint_type, "page-height", height)
    return marked


def fields(image: Any) -> set[str]:
    """
    Return the names of an image's metadata, but for those that are not UTF-8.

    A PNG's comments are named in Latin-1, at which pyvips's own `get_fields` fails.
    """
    listed, at, found = pyvips.vips_lib.vips_image_get_fields(image.pointer), 0, set()
    while listed[at] != pyvips.ffi.NULL:
        with suppress(UnicodeDecodeError):
            found.add(pyvips.ffi.string(listed[at]).decode())
        pyvips.glib_lib.g_free(listed[at])
        at += 1
    pyvips.glib_lib.g_free(listed)
    return found


def field(image: Any, name: str, default: int) -> int:
    """Return a whole-number field of an image's metadata, *default* if there is none."""
    return int(image.get(name)) if image.get_typeof(name) else default


def refusal_of(error: pyvips.Error, kind: Format) -> Refused:
    """Say in a sentence what libvips could not do with an image of this kind."""
    cause = _cause(error)
    if any(words in cause.lower() for words in _OUT_OF_MEMORY):
        return TOO_MUCH_MEMORY
    if any(words in cause.lower() for words in _SHORT):
        return Refused("truncated", f"The {kind.upper()} image is cut off or incomplete: {cause}.")
    return Refused("damaged", f"The {kind.upper()} image cannot be read: {cause}.")


def unspeakable(kind: Format) -> Refused:
    """Refuse an image of which libvips says what pyvips cannot read, for it quotes the file; forget that."""
    pyvips.vips_lib.vips_error_clear()
    return Refused("damaged", f"The {kind.upper()} image cannot be read: its data is broken.")


def _cause(error: pyvips.Error) -> str:
    """Return the first line of detail, as libvips puts it, without the name of its module."""
    lines = [line.strip() for line in (error.detail or error.message).splitlines() if line.strip()]
    cause = str(lines[0] if lines else error.message)
    if cause.startswith("unable to"):
        return "its data is broken"
    return cause.split(": ", 1)[-1].rstrip(".")[:_LONGEST_CAUSE]
