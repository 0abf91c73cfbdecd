"""Look up the addresses of a host, in limited time."""

import socket
import threading
from collections.abc import Callable, Sequence

from sluice.webhooks.deadlines import Deadline

Resolve = Callable[[str, int], Sequence[str]]


def resolve(host: str, port: int) -> Sequence[str]:
    """Return every address of a host; raise OSError if it has none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def resolve_in_time(resolve: Resolve, host: str, port: int, deadline: Deadline) -> Sequence[str]:
    """
    Return what *resolve* finds; raise what it raises, or TimeoutError.

    It runs in a thread that is left behind if it takes too long: the system's look-up has no time limit.
    """
    found: list[Sequence[str]] = []
    failed: list[Exception] = []

    def run() -> None:
        try:
            found.append(resolve(host, port))
        except (OSError, UnicodeError) as error:
            failed.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(deadline.left())
    if failed:
        raise failed[0]
    if not found:
        raise TimeoutError
    return found[0]
