"""
Few processes start at once, and a burst of invocations shares the ones that are warm.

Stock: every invocation that finds no free worker process starts one, all at the same time. A burst of 20 on
two cores then spends its time starting Python: invocations time out and work is lost.
AWS: a cold start takes nothing from other functions.

An invocation waits for a free worker or for its turn to start one, whichever is first. Above a number of busy
workers one more is started each second only: a burst is served by those that are there, while functions which
wait (for a slot, for a function that they invoke) still get past each other.
"""

import os
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

from local.patches.replacing import wrap

STARTS_AT_ONCE = os.cpu_count() or 2
BUSY_BEFORE_SLOW_GROWTH = 4 * (os.cpu_count() or 2)
SLOW_GROWTH = 1.0  # seconds between two more workers


class ColdStarts:
    """Decides who may start a worker process, and wakes who waits for one."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._last_start = 0.0

    def acquire(self, acquire_worker: Callable[..., Any], *args: Any, **kwargs: Any) -> tuple[Any, str]:
        """Lease a worker that is free, or one that may start now; wait until there is one."""
        with self._changed:
            while not (_has_free_worker(*args, **kwargs) or self._may_start()):
                self._changed.wait(timeout=SLOW_GROWTH / 4)
            worker, how = acquire_worker(*args, **kwargs)
            if how == "spawn":
                self._last_start = time.monotonic()
        return worker, how

    def wake(self) -> None:
        """Let the waiting invocations look again."""
        with self._changed:
            self._changed.notify_all()

    def _may_start(self) -> bool:
        with lambda_runtime._lock:
            busy = [worker for pool in lambda_runtime._workers.values() for worker in pool if worker.in_use]
        if sum(worker._cold for worker in busy) >= STARTS_AT_ONCE:
            return False
        return len(busy) < BUSY_BEFORE_SLOW_GROWTH or time.monotonic() - self._last_start >= SLOW_GROWTH


def apply() -> None:
    """Put the gate between the invocations and the pool of workers."""
    gate = ColdStarts()
    wrap(lambda_svc, "acquire_worker", lambda acquire: partial(gate.acquire, acquire))
    wrap(lambda_svc, "release_worker", lambda release: _and_wake(release, gate))
    wrap(lambda_runtime.Worker, "_spawn", lambda spawn: _and_wake(spawn, gate))


def _has_free_worker(name: str, config: Any, _code: Any, qualifier: str = "$LATEST") -> bool:
    key = lambda_runtime._worker_key(name, config, qualifier)
    with lambda_runtime._lock:
        return any(not worker.in_use for worker in lambda_runtime._workers.get(key, ()))


def _and_wake(function: Callable[..., Any], gate: ColdStarts) -> Callable[..., Any]:
    def call_and_wake(*args: Any) -> Any:
        try:
            return function(*args)
        finally:
            gate.wake()

    return call_and_wake
