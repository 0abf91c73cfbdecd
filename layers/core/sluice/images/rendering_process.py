"""One rendering process and the pipes to it, each read and written up to a deadline."""

import os
import subprocess
import sys
import time
from contextlib import suppress
from fcntl import F_SETPIPE_SZ, fcntl
from select import POLLIN, POLLOUT, poll
from typing import IO
from weakref import finalize

from sluice.images import wire

_CHUNK_BYTES = 256 * 1024  # measured: a third of the time of larger or growing buffers
_PIPE_BYTES = 1024**2  # the most that Linux gives without privileges
# Faster, at half the resident memory (docs/images.md): one arena, and freed pages kept for the next image.
_MALLOC = {
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": str(1024**3),
    "MALLOC_TRIM_THRESHOLD_": str(4 * 1024**3),
}


class TooSlowError(Exception):
    """The process did not read or answer in time."""


class RenderingProcess:
    """
    `sluice.images.worker`, started at once, in an address space of so many bytes.

    It inherits no credentials, and takes pipes only and no semaphores, for Lambda has no /dev/shm. Reading
    and writing raise TooSlowError, and OSError or EOFError when the process has died.
    """

    def __init__(self, max_address_space: int) -> None:
        command = [sys.executable, "-S", "-m", "sluice.images.worker", str(max_address_space)]
        self._process = subprocess.Popen(  # noqa: S603 (our own interpreter and module)
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=_environment(), bufsize=0
        )
        for pipe in (self._process.stdin, self._process.stdout):
            os.set_blocking(_number(pipe), False)
            with suppress(OSError):  # the user's pipes have used up their pages: slower, no less right
                fcntl(_number(pipe), F_SETPIPE_SZ, _PIPE_BYTES)
        self.close = finalize(self, _end, self._process)
        """End the process; at the latest when this interpreter ends."""

    @property
    def pid(self) -> int:
        """Return its id."""
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """Return how it ended, minus the signal's number if by one; None if it has not."""
        return self._process.returncode

    def send(self, message: wire.Message, deadline: float) -> None:
        """Write a message until *deadline* (`time.monotonic`)."""
        for part in wire.frame(*message):
            self._write(part, deadline)

    def receive(self, deadline: float) -> wire.Message:
        """Read a message until *deadline*."""
        return wire.read_message(lambda size: self._read(size, deadline))

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


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.communicate()


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
        raise TooSlowError
