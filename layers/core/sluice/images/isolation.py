"""Render images in another process, so that a file that crashes, hangs or eats memory harms only itself."""

import time
from pathlib import Path
from types import TracebackType
from typing import Self

from sluice.errors import ImageWorkerError
from sluice.images import wire
from sluice.images.image import TOO_MUCH_MEMORY, Refused, Rendered
from sluice.images.limits import ImageLimits
from sluice.images.plan import RenderPlan
from sluice.images.rendering_process import RenderingProcess, TooSlowError

START_SECONDS = 20.0  # a cold function reads libvips from its package for the first time


class ImageWorker:
    """
    A rendering process: started at once, kept for the next image, replaced when it dies.

    The kernel holds it to `max_address_space`, this class to `max_seconds` an image. Two threads may not
    share one.
    """

    def __init__(self, limits: ImageLimits | None = None) -> None:
        self._limits = limits or ImageLimits()
        self._start()

    @property
    def pid(self) -> int:
        """Return the process's id; it changes when the process is replaced."""
        return self._process.pid

    def render(self, source: bytes | Path, plan: RenderPlan | None = None) -> Rendered | Refused:
        """
        Render one image; a process that dies of it or hangs is a refusal of this image.

        An image whose process dies or runs out of memory is tried once more in a fresh process: an earlier
        image may be to blame.
        """
        given = source if isinstance(source, bytes) else str(source)
        message = wire.request(given, plan or RenderPlan(), self._limits)
        result = self._attempt(message)
        if result in (None, TOO_MUCH_MEMORY):
            result = self._attempt(message)
        return result or Refused("decoder-crashed", "The image makes the program that reads it crash.")

    def close(self) -> None:
        """End the process."""
        self._process.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _start(self) -> None:
        self._process = RenderingProcess(self._limits.max_address_space)
        self._ready = False

    def _attempt(self, message: wire.Message) -> Rendered | Refused | None:
        """Return what came of an image, None if the process died of it or before it."""
        self._await_start()
        deadline = time.monotonic() + self._limits.max_seconds
        try:
            result = self._answer(message, deadline)
        except TooSlowError:
            self._replace()
            seconds = f"{self._limits.max_seconds:g}"
            return Refused("too-slow", f"The image takes longer than {seconds} seconds to process.")
        except (OSError, EOFError):
            self._replace()
            return None
        if result == TOO_MUCH_MEMORY:
            self._replace()  # its memory is in pieces, and would be too little for others
        return result

    def _replace(self) -> None:
        self.close()
        self._start()

    def _await_start(self) -> None:
        """Wait for the process's greeting, which it sends when libvips is loaded."""
        if self._ready:
            return
        try:
            self._ready = self._process.receive(time.monotonic() + START_SECONDS) == ({}, [])
        except (TooSlowError, OSError, EOFError) as error:
            dead = self._process
            self._replace()  # for the next invocation, which keeps this object
            raise ImageWorkerError(f"The rendering process ended with {dead.returncode}") from error

    def _answer(self, message: wire.Message, deadline: float) -> Rendered | Refused:
        self._process.send(message, deadline)
        answer = self._process.receive(deadline)
        if "raised" in answer[0]:
            raise ImageWorkerError(answer[0]["raised"])
        return wire.read_answer(answer)
