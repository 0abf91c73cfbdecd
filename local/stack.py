"""Starts and stops the emulator of a home, and leaves nothing when it stops."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from local.environments import HOMES
from local.home import Endpoint, Home
from local.process import Process, end, end_of, spawn, wait_until_ready


def up_home() -> Home:
    """Return the home of the stack that `sluice up` keeps running."""
    return Home(HOMES / "up")


@contextmanager
def session(name: str, *, also: str | None = None) -> Iterator[tuple[Home, Endpoint]]:
    """
    Run a stack of one's own on a free port of 127.0.0.1, and of the address `also`.

    It ends with the block, and with this process however that ends. Its logs stay until the next
    session if the block raises an error.
    """
    remove_dead_sessions()
    home = Home(HOMES / f"{name}-{os.getpid()}")
    keep_logs = False
    try:
        process, endpoint = _start(home, port=0, also=also, bound=True)
        try:
            yield home, endpoint
        finally:
            if process:
                end(process)
    except Exception:
        keep_logs = True
        raise
    finally:
        _remove(home, logs=not keep_logs)


def start(home: Home, port: int = 0, *, also: str | None = None) -> Endpoint:
    """Start an emulator that outlives this process, or find the one that runs in this home."""
    _, endpoint = _start(home, port, also=also, bound=False)
    return endpoint


def stop(home: Home) -> bool:
    """End the home's emulator and its functions; False if none ran. What a killed run left goes too."""
    endpoint = home.endpoint()
    if endpoint:
        end_of(home, endpoint)
    for file in (home.endpoint_file, home.deployed_file):
        file.unlink(missing_ok=True)
    shutil.rmtree(home.temporary, ignore_errors=True)
    return endpoint is not None


def remove_dead_sessions() -> None:
    """Remove what is left of sessions whose process is gone."""
    for path in HOMES.glob("*-*"):
        if found := re.fullmatch(r"([a-z]+-(\d+))(-deploy)?(\.log)?", path.name):
            home = Home(HOMES / found[1])
            if not home.is_running() and not _is_alive(int(found[2])):
                _remove(home, logs=True)


def _remove(home: Home, *, logs: bool) -> None:
    shutil.rmtree(home.path, ignore_errors=True)
    for log in (home.log, home.deploy_log) if logs else ():
        log.unlink(missing_ok=True)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _start(home: Home, port: int, *, also: str | None, bound: bool) -> tuple[Process | None, Endpoint]:
    if endpoint := home.endpoint():
        return None, endpoint
    if not home.is_running():  # or else another start is under way, which the new emulator leaves alone
        stop(home)
    home.temporary.mkdir(parents=True, exist_ok=True)
    process = spawn(home, port, also=also, bound=bound)
    try:
        return process, wait_until_ready(home, process, port)
    except BaseException:
        end(process)
        shutil.rmtree(home.temporary, ignore_errors=True)
        raise
