"""Starts and stops the emulator of a home, and leaves nothing when it stops."""

import http.client
import os
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from local.emulator import HOME_IN_USE, PORT_IN_USE
from local.environments import EMULATOR, HOMES, REGION, REPOSITORY, LocalStackError
from local.home import Endpoint, Home

START_DEADLINE = 60  # seconds; a start takes 1 to 3, a busy machine more
STOP_DEADLINE = 10
# Python complains of a process that is forgotten while it runs, and these are meant to.
_left_running: list[subprocess.Popen[bytes]] = []
PASSED_ON = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ")


def up_home() -> Home:
    """Return the home of the stack that `sluice up` keeps running."""
    return Home(HOMES / "up")


@contextmanager
def session(name: str) -> Iterator[tuple[Home, Endpoint]]:
    """Run a stack of one's own on a free port; it ends with the block, and with this process."""
    remove_dead_sessions()
    home = Home(HOMES / f"{name}-{os.getpid()}")
    process, endpoint = _start(home, port=0, bound=True)
    try:
        yield home, endpoint
    finally:
        _stop_process(process)
        shutil.rmtree(home.path, ignore_errors=True)


def start(home: Home, port: int = 0) -> Endpoint:
    """Start an emulator that outlives this process, or find the one that runs in this home."""
    process, endpoint = _start(home, port, bound=False)
    if process:
        _left_running.append(process)
    return endpoint


def stop(home: Home) -> bool:
    """End the home's emulator and its functions; False if none ran. What a killed run left goes too."""
    endpoint = home.endpoint()
    if endpoint:
        with suppress(ProcessLookupError):
            os.kill(endpoint.pid, signal.SIGTERM)
        _wait_until_gone(home, endpoint)
    for file in (home.endpoint_file, home.deployed_file):
        file.unlink(missing_ok=True)
    shutil.rmtree(home.temporary, ignore_errors=True)
    return endpoint is not None


def remove_dead_sessions() -> None:
    """Remove the homes of sessions that were killed so hard that they could not do it."""
    for lock in HOMES.glob("*-*/emulator.lock"):
        if not Home(lock.parent).is_running():
            shutil.rmtree(lock.parent, ignore_errors=True)


def _start(home: Home, port: int, *, bound: bool) -> tuple[subprocess.Popen[bytes] | None, Endpoint]:
    if endpoint := home.endpoint():
        return None, endpoint
    stop(home)
    home.temporary.mkdir(parents=True)
    process = _spawn(home, port, bound=bound)
    try:
        return process, _wait_until_ready(home, process, port)
    except BaseException:
        _stop_process(process)
        shutil.rmtree(home.temporary, ignore_errors=True)
        raise


def _spawn(home: Home, port: int, *, bound: bool) -> subprocess.Popen[bytes]:
    command = [EMULATOR.required(), "-m", "local.emulator", "--home", str(home.path), "--port", str(port)]
    with home.log.open("wb") as log:
        return subprocess.Popen(
            [*command, "--bound"] if bound else command,
            cwd=REPOSITORY,
            env=_environment(home),
            stdin=subprocess.PIPE if bound else subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for the command line, which then stops the stack in order
        )


def _environment(home: Home) -> dict[str, str]:
    """Of this machine's environment only what a program cannot run without: functions inherit it."""
    passed_on = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return passed_on | {
        "HOME": str(home.temporary),  # no profile, no user site-packages
        "TMPDIR": str(home.temporary),
        "AWS_EC2_METADATA_DISABLED": "true",
        "MINISTACK_REGION": REGION,
        # The emulator keeps no traces, and the X-Ray SDK leaves a file in /tmp.
        "AWS_XRAY_SDK_ENABLED": "false",
        "POWERTOOLS_TRACE_DISABLED": "true",
    }


def _wait_until_ready(home: Home, process: subprocess.Popen[bytes], port: int) -> Endpoint:
    deadline = time.monotonic() + START_DEADLINE
    while time.monotonic() < deadline:
        if (endpoint := home.endpoint()) and _is_ready(endpoint):
            return endpoint
        if process.poll() not in (None, HOME_IN_USE):
            break
        time.sleep(0.05)
    if process.returncode == PORT_IN_USE:
        raise LocalStackError(f"Port {port} is in use: choose another one, or none to get a free one.")
    raise LocalStackError(f"The local stack did not start: {_last_line(home)}")


def _is_ready(endpoint: Endpoint) -> bool:
    try:
        with urllib.request.urlopen(f"{endpoint.url}/_ministack/ready", timeout=5) as response:
            return response.status == http.HTTPStatus.OK
    except (urllib.error.URLError, OSError):
        return False


def _last_line(home: Home) -> str:
    lines = home.log.read_text(errors="replace").split("\n")
    return next((line for line in reversed(lines) if line.strip()), "it printed nothing") + f" ({home.log})"


def _stop_process(process: subprocess.Popen[bytes] | None) -> None:
    if process is None:
        return
    process.terminate()
    if process.stdin:
        process.stdin.close()  # what the end of this process would do too
    try:
        process.wait(STOP_DEADLINE)
    except subprocess.TimeoutExpired:
        _kill_group(process.pid)
        process.wait(STOP_DEADLINE)


def _wait_until_gone(home: Home, endpoint: Endpoint) -> None:
    deadline = time.monotonic() + STOP_DEADLINE
    while home.is_running():
        if time.monotonic() > deadline:
            _kill_group(endpoint.pid)
            return
        time.sleep(0.02)


def _kill_group(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
