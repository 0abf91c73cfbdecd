"""Read values of a contract's document, and gather what is wrong with them, each by its JSON path."""

from collections.abc import Mapping
from typing import Any


class ValueReading:
    """Gathers faults; where there are any, what the methods return is of no use."""

    def __init__(self) -> None:
        self.faults: list[tuple[str, str]] = []

    def fault(self, path: str, message: str) -> None:
        """Note a fault."""
        self.faults.append((path, message))

    def object(self, path: str, value: Any, known: set[str]) -> Mapping[str, Any]:
        """Return *value* if it is an object; names that are not *known* are faults."""
        if not isinstance(value, Mapping):
            self.fault(path, "is not an object")
            return {}
        for name in value:
            if name not in known:
                self.fault(f"{path}.{name}", "is not known here")
        return value

    def texts(self, path: str, value: Any) -> tuple[str, ...]:
        """Return an array of strings."""
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.fault(path, "is not an array of strings")
            return ()
        return tuple(value)

    def character(self, path: str, value: Any, least: int = 0) -> str:
        """Return a single character that no number has, or an empty text where *least* is 0."""
        single = isinstance(value, str) and least <= len(value) <= 1
        if single and not value.isalnum() and value not in ("+", "-"):
            return str(value)
        self.fault(path, "is not a single character that no number has")
        return ""

    def truth(self, path: str, value: Any) -> bool:
        """Return true or false."""
        if not isinstance(value, bool):
            self.fault(path, "is not true or false")
        return value is True

    def count(self, path: str, value: Any) -> int:
        """Return a whole number of 0 or more."""
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            self.fault(path, "is not a whole number of 0 or more")
            return 0
        return value

    def word(self, path: str, value: Mapping[str, Any], name: str, words: tuple[str, str]) -> str:
        """Return one of two words; the first where there is none."""
        word = value.get(name, words[0])
        if word not in words:
            self.fault(f"{path}.{name}", f"is neither {words[0]} nor {words[1]}")
        return str(word)


def is_number(value: Any) -> bool:
    """Tell whether a value is a number of JSON."""
    return isinstance(value, int | float) and not isinstance(value, bool)
