"""How tests wait for what happens by itself."""

import time
from collections.abc import Callable
from typing import Any


def eventually(look: Callable[[], Any], within: float = 60) -> Any:
    """What `look` returns as soon as it is true; fail with its last answer after `within` seconds."""
    deadline = time.monotonic() + within
    while not (found := look()):
        assert time.monotonic() < deadline, f"not within {within} s: {found!r}"
        time.sleep(0.05)
    return found
