"""The time limit of one request, which holds however slowly a target sends its bytes."""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Deadline:
    """The moment at which a request is given up; see `cutting` and `watching`."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds
        self._passed = threading.Event()

    def left(self) -> float:
        """Return the seconds that are left; raise TimeoutError if there are none."""
        seconds = self._end - time.monotonic()
        if seconds <= 0:
            raise TimeoutError
        return seconds

    @contextmanager
    def cutting(self, connection: ssl.SSLSocket) -> Iterator[None]:
        """Cut *connection* at the deadline, if the block has not ended by then."""
        timer = threading.Timer(self.left(), self._cut, (connection,))
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Raise TimeoutError if the connection was cut during the block, whatever the block made of that."""
        try:
            yield
        except (OSError, http.client.HTTPException) as error:
            if self._passed.is_set():
                raise TimeoutError from error
            raise
        if self._passed.is_set():
            raise TimeoutError  # the head of an answer that was cut short reads like a whole one

    def _cut(self, connection: ssl.SSLSocket) -> None:
        self._passed.set()
        with suppress(OSError):
            # Not SSLSocket's own, which would take the session away under the thread that reads.
            socket.socket.shutdown(connection, socket.SHUT_RDWR)
