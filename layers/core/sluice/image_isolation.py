"""Render images in another process, so that a file that crashes, hangs or eats memory harms only itself."""

import os
import subprocess
import sys
import time
from contextlib import suppress
from fcntl import F_SETPIPE_SZ, fcntl
from pathlib import Path
from select import POLLIN, POLLOUT, poll
from types import TracebackType
from typing import IO, Self

from sluice import image_wire
from sluice.image_limits import ImageLimits
from sluice.images import TOO_MUCH_MEMORY, Refused, Rendered, RenderPlan

START_SECONDS = 20.0  # a cold function reads libvips from its package for the first time
_CHUNK_BYTES = 256 * 1024  # measured: a third of the time of larger or growing buffers
_PIPE_BYTES = 1024**2  # the most that Linux gives without privileges
# Faster, at half the resident memory (docs/images.md): one arena, and freed pages kept for the next image.
_MALLOC = {
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": str(1024**3),
    "MALLOC_TRIM_THRESHOLD_": str(4 * 1024**3),
}


class ImageWorkerError(RuntimeError):
    """The rendering process cannot be started, or met a fault of ours; no image is to blame."""


class _TooSlowError(Exception):
    """The process did not read or answer in time."""


class ImageWorker:
    """
    A rendering process: started at once, kept for the next image, replaced when it dies.

    It inherits no credentials. The kernel holds it to `max_address_space`, this class to `max_seconds` an
    image. It takes pipes only and no semaphores, for Lambda has no /dev/shm. Two threads may not share one.
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

        One whose process dies, or finds no memory, is tried once more in a fresh one, for an image before it
        may be to blame.
        """
        given = source if isinstance(source, bytes) else str(source)
        message = image_wire.request(given, plan or RenderPlan(), self._limits)
        result = self._attempt(message)
        if result in (None, TOO_MUCH_MEMORY):
            result = self._attempt(message)
        return result or Refused("decoder-crashed", "The image makes the program that reads it crash.")

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _start(self) -> None:
        command = [sys.executable, "-S", "-m", "sluice.image_worker", str(self._limits.max_address_space)]
        self._process = subprocess.Popen(  # noqa: S603 (our own interpreter and module)
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=_environment(), bufsize=0
        )
        for pipe in (self._process.stdin, self._process.stdout):
            os.set_blocking(_number(pipe), False)
            with suppress(OSError):  # the user's pipes have used up their pages: slower, no less right
                fcntl(_number(pipe), F_SETPIPE_SZ, _PIPE_BYTES)
        self._ready = False

    def _attempt(self, message: image_wire.Message) -> Rendered | Refused | None:
        """Return what came of an image, None if the process died of it or before it."""
        self._await_start()
        deadline = time.monotonic() + self._limits.max_seconds
        try:
            result = self._answer(message, deadline)
        except _TooSlowError:
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
            self._ready = self._receive(time.monotonic() + START_SECONDS) == ({}, [])
        except (_TooSlowError, OSError, EOFError) as error:
            self.close()
            raise ImageWorkerError(f"The rendering process ended with {self._process.returncode}") from error

    def _answer(self, message: image_wire.Message, deadline: float) -> Rendered | Refused:
        for part in image_wire.frame(*message):
            self._write(part, deadline)
        answer = self._receive(deadline)
        if "raised" in answer[0]:
            raise ImageWorkerError(answer[0]["raised"])
        return image_wire.read_answer(answer)

    def _receive(self, deadline: float) -> image_wire.Message:
        return image_wire.read_message(lambda size: self._read(size, deadline))

    def _write(self, part: bytes, deadline: float) -> None:
        number = _number(self._process.stdin)
        rest = memoryview(part)
        while rest:
            _wait(number, POLLOUT, deadline)
            rest = rest[os.write(number, rest[:_PIPE_BYTES]) :]

    def _read(self, size: int, deadline: float) -> bytes:
        number = _number(self._process.stdout)
        chunks: list[bytes] = []
        missing = size
        while missing:
            _wait(number, POLLIN, deadline)
            chunk = os.read(number, min(missing, _CHUNK_BYTES))
            if not chunk:
                raise EOFError
            chunks.append(chunk)
            missing -= len(chunk)
        return b"".join(chunks)


def _environment() -> dict[str, str]:
    """
    Return what the process needs to find Python and packages, and nothing that opens a door.

    The path is all it needs of `site`, which -S leaves out: 8 MB and 20 ms less.
    """
    found = {
        "LD_LIBRARY_PATH": os.environ.get("LD_LIBRARY_PATH", ""),
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
    }
    return {**found, **_MALLOC, "VIPS_WARNING": "1", "XDG_CACHE_HOME": "/tmp", "LANG": "C.UTF-8"}  # noqa: S108


def _number(pipe: IO[bytes] | None) -> int:
    return pipe.fileno() if pipe else -1


def _wait(number: int, event: int, deadline: float) -> None:
    """Wait until a pipe can be read or written, or was closed at its other end."""
    poller = poll()
    poller.register(number, event)
    if not poller.poll(max(0.0, deadline - time.monotonic()) * 1000):
        raise _TooSlowError
