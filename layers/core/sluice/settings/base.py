"""What all settings have in common: a field is read from the variable of its name, once, at the start."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from typing import Any, Self

from sluice.errors import MisconfiguredError


def variable(read: Callable[[str], Any] = str, *, hashed: bool = True) -> Any:
    """Declare a field: how the variable of its name in capitals is read; mappings cannot be *hashed*."""
    return field(metadata={"read": read}, hash=None if hashed else False)


def absent(read: Callable[[str], Any], default: Any) -> Any:
    """Declare a field that the template never sets: a test or a developer does, on one machine."""
    return field(metadata={"read": read, "absent": default})


def seconds(text: str) -> timedelta:
    """Read a number of seconds."""
    return timedelta(seconds=int(text))


def days(text: str) -> timedelta:
    """Read a number of days."""
    return timedelta(days=int(text))


def on_or_off(text: str) -> bool:
    """Read what is written as `on` or `off`."""
    if text not in ("on", "off"):
        raise ValueError(f"{text!r} is neither on nor off")
    return text == "on"


@dataclass(frozen=True, slots=True)
class Settings:
    """Reads each field from the environment variable of the same name in capitals."""

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> Self:
        """Build the settings; raise MisconfiguredError that names every missing or unreadable variable."""
        env = os.environ if env is None else env
        values, wrong = {}, []
        for each in fields(cls):
            name = each.name.upper()
            try:
                values[each.name] = each.metadata["read"](env[name])
            except KeyError:
                if "absent" in each.metadata:
                    values[each.name] = each.metadata["absent"]
                else:
                    wrong.append(f"{name} is missing")
            except ValueError as error:
                wrong.append(f"{name} is not readable: {error}")
        if wrong:
            raise MisconfiguredError(f"{cls.__name__}: {'; '.join(wrong)}")
        return cls(**values)
