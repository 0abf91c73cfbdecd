"""Python functions that the library calls, and what becomes of their errors."""

from collections.abc import Callable
from typing import Any


class Callbacks:
    """What one scanner calls; an error waits until the library has returned, and ends the calls."""

    def __init__(self) -> None:
        self._kept: list[Any] = []
        self._error: BaseException | None = None

    def guarded(self, call: Callable[..., None]) -> Callable[..., None]:
        """Return *call* as one whose error waits for `raise_error`; after an error nothing is called."""

        def guard(*arguments: Any) -> None:
            if self._error is None:
                try:
                    call(*arguments)
                except BaseException as error:  # noqa: BLE001 - it must not unwind through the library
                    self._error = error

        return guard

    def keep(self, callback: Any) -> None:
        """Keep alive what the library calls: ctypes does not."""
        self._kept.append(callback)

    def raise_error(self) -> None:
        """Raise what a callback raised."""
        if self._error is not None:
            raise self._error
