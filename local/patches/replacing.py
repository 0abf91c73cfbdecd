"""How a patch changes the emulator: it names what it expects to find, and stops when that is not there."""

from collections.abc import Callable
from typing import Any


class UnexpectedEmulatorError(RuntimeError):
    """The installed emulator is not the one that the patches were written for."""


def replace_text(text: str, old: str, new: str) -> str:
    """Return `text` with the one occurrence of `old` replaced; raise if there is none or more than one."""
    if (count := text.count(old)) != 1:
        raise UnexpectedEmulatorError(f"expected once, found {count} times: {old!r}")
    return text.replace(old, new)


def wrap(owner: Any, name: str, make: Callable[[Any], Any]) -> None:
    """Replace the attribute `name` of `owner` by `make(original)`; raise if it is not there."""
    original = getattr(owner, name, None)
    if original is None:
        raise UnexpectedEmulatorError(f"{owner!r} has no {name}")
    setattr(owner, name, make(original))
