"""Read values of JSON that a person wrote, and gather what is wrong with them, each by its place."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, TypeVar

Choice = TypeVar("Choice", bound=StrEnum)
Fault = tuple[str, str]
"""Where, as names joined by dots (`renditions.0.width`; empty for the whole), and a sentence's core."""


class OptionReading:
    """Gathers faults; where there are any, what the methods return is of no use."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def fault(self, path: str, message: str) -> None:
        """Note a fault."""
        self.faults.append((path, message))

    def object(self, path: str, given: Any, names: Sequence[str]) -> Mapping[str, Any] | None:
        """Return *given* if it is an object, None if not; names that are not options are faults."""
        if not isinstance(given, Mapping):
            self.fault(path, f"an object, not {given!r}")
            return None
        for name in sorted(set(given) - set(names), key=str):
            self.fault(within(path, name), f"is not an option; there are {', '.join(names)}")
        return given

    def array(self, path: str, given: Any, most: int) -> Sequence[Any]:
        """Return *given* if it is a list of at most *most*."""
        if isinstance(given, list) and len(given) <= most:
            return given
        self.fault(path, f"a list of at most {most}")
        return ()

    def one_of(self, path: str, given: Any, choices: type[Choice]) -> Choice:
        """Return the member of *choices* that *given* names."""
        if isinstance(given, str) and given in list(choices):
            return choices(given)
        self.fault(path, f"one of {', '.join(choices)}, not {given!r}")
        return next(iter(choices))

    def truth(self, path: str, given: Any) -> bool:
        """Return true or false."""
        if not isinstance(given, bool):
            self.fault(path, f"true or false, not {given!r}")
        return given is True

    def whole(self, path: str, given: Any, least: int, most: int) -> int | None:
        """Return a whole number, or None where there is none."""
        if given is None:
            return None
        if isinstance(given, bool) or not isinstance(given, int) or not least <= given <= most:
            self.fault(path, f"a whole number from {least} to {most}, not {given!r}")
            return None
        return given

    def number(self, path: str, given: Any, most: float) -> float:
        """Return a number from 0 to *most*."""
        if isinstance(given, bool) or not isinstance(given, int | float) or not 0 <= given <= most:
            self.fault(path, f"a number from 0 to {most:g}, not {given!r}")
            return 0.0
        return float(given)

    def text(self, path: str, given: Any, most: int) -> str:
        """Return a text of at least one and at most *most* characters."""
        if not isinstance(given, str) or not 0 < len(given) <= most:
            self.fault(path, f"a text of 1 to {most} characters, not {given!r}")
            return ""
        return given


def within(path: str, name: object) -> str:
    """Return the place of *name* within *path*; either may be empty, for the whole."""
    return ".".join(filter(None, (path, str(name))))
