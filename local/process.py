"""The emulator's process as its starter sees it: spawn it, wait until it is ready, end it."""

import http.client
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import suppress

from local.emulator import HOME_IN_USE, PORT_IN_USE
from local.environments import EMULATOR, REGION, REPOSITORY, LocalStackError
from local.home import Endpoint, Home

START_DEADLINE = 60  # seconds; a start takes 1 to 3, a busy machine more
STOP_DEADLINE = 10
PASSED_ON = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ")

Process = subprocess.Popen[bytes]

# Python complains of a process that is forgotten while it runs, and these are meant to.
_left_running: list[Process] = []


def spawn(home: Home, port: int, *, also: str | None = None, bound: bool) -> Process:
    """Start the emulator of the home, to end with this process if `bound`, or else to outlive it."""
    command = [EMULATOR.required(), "-m", "local.emulator", "--home", str(home.path), "--port", str(port)]
    if also:
        command += ["--also", also]
    with home.log.open("wb") as log:
        process = subprocess.Popen(
            [*command, "--bound"] if bound else command,
            cwd=REPOSITORY,
            env=_environment(home),
            stdin=subprocess.PIPE if bound else subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for the command line, which then stops the stack in order
        )
    if not bound:
        _left_running[:] = [*(left for left in _left_running if left.poll() is None), process]
    return process


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


def wait_until_ready(home: Home, process: Process, port: int) -> Endpoint:
    """Return where the emulator listens, or raise LocalStackError with what kept it from starting."""
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


def end(process: Process) -> None:
    """End an emulator that this process started."""
    process.terminate()
    if process.stdin:
        process.stdin.close()  # what the end of this process would do too
    try:
        process.wait(STOP_DEADLINE)
    except subprocess.TimeoutExpired:
        _kill_group(process.pid)
        process.wait(STOP_DEADLINE)


def end_of(home: Home, endpoint: Endpoint) -> None:
    """End the emulator of a home, whoever started it."""
    with suppress(ProcessLookupError):
        os.kill(endpoint.pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_DEADLINE
    while home.is_running():
        if time.monotonic() > deadline:
            _kill_group(endpoint.pid)
            break
        time.sleep(0.02)
    _reap(endpoint.pid)


def _reap(pid: int) -> None:
    """Collect the process if this one started it; a process that nobody collects stays in the table."""
    for process in [process for process in _left_running if process.pid == pid]:
        process.wait(STOP_DEADLINE)
        _left_running.remove(process)


def _kill_group(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
