"""
The emulator's process: `python -m local.emulator --home DIR`, run by the Python of its own environment.

It binds 127.0.0.1, and one more address where it is told to, keeps function roles enforced, and owns its
home: while it lives it holds the home's lock, and when it ends it takes its functions and its files with it.
With `--bound` it ends as soon as its standard input does, that is with the process that started it, however
that one ends, and removes the home.
"""

import argparse
import asyncio
import os
import shutil
import signal
import socket
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

from local.home import Endpoint, Home, HomeInUseError

HOME_IN_USE = 97  # exit codes
PORT_IN_USE = 98

SETTINGS = {"BIND_HOST": "127.0.0.1", "AUTH": "true", "IOT_MTLS_ENABLED": "0", "SFTP_ENABLED": "0"}


def main() -> None:
    """Serve until told to stop, and leave nothing behind."""
    arguments = _arguments()
    home = Home(arguments.home)
    try:
        with home.held(), _listen(arguments.port) as listener:
            _serve(home, listener, also=arguments.also, bound=arguments.bound)
    except HomeInUseError:
        sys.exit(HOME_IN_USE)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="local.emulator", description="Run the emulator of one home.")
    parser.add_argument("--home", type=Path, required=True, help="folder of this run's state and files")
    parser.add_argument("--port", type=int, default=0, help="port to listen on (default: a free one)")
    parser.add_argument("--also", help="address to listen at beside 127.0.0.1")
    parser.add_argument("--bound", action="store_true", help="end when standard input ends")
    return parser.parse_args()


def _listen(port: int) -> socket.socket:
    """Bind before anyone is told the port, so that a free one stays ours."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError:
        sys.exit(PORT_IN_USE)
    return listener


def _serve(home: Home, listener: socket.socket, *, also: str | None, bound: bool) -> None:
    endpoint = Endpoint(pid=os.getpid(), port=listener.getsockname()[1])
    home.temporary.mkdir(exist_ok=True)
    # The emulator reads its settings when it is imported.
    os.environ |= SETTINGS | {"GATEWAY_PORT": str(endpoint.port)}
    from hypercorn.asyncio import serve  # noqa: PLC0415
    from ministack.app import app  # noqa: PLC0415

    from local import call_log, fake_codedeploy, fake_rekognition, processor_times  # noqa: PLC0415
    from local.patches import apply_all  # noqa: PLC0415

    apply_all()
    if bound:  # a stack that stays would write for ever
        call_log.record(home.call_log)
        processor_times.record(home.processor_times)
    if bound:
        threading.Thread(target=_end_with_parent, args=(home,), daemon=True).start()
    home.write_endpoint(endpoint)
    try:
        asyncio.run(serve(fake_codedeploy.beside(fake_rekognition.beside(app)), _config(listener, also)))
    finally:
        _end(home, home.path if bound else home.temporary)


def _config(listener: socket.socket, also: str | None) -> Any:
    from hypercorn.config import Config  # noqa: PLC0415

    config = Config()
    config.bind = [f"fd://{listener.fileno()}"]
    if also:
        config.bind.append(f"{also}:{listener.getsockname()[1]}")
    config.keep_alive_timeout = 75  # seconds; AWS clients keep an idle connection for 60
    config.graceful_timeout = 0.2  # seconds; nobody waits for the answers of a stack that is being stopped
    config.loglevel = "WARNING"
    return config


def _end_with_parent(home: Home) -> None:
    sys.stdin.buffer.read()
    _end(home, home.path)


def _end(home: Home, files: Path) -> None:
    """Remove the files and end the process group: this process and its functions."""
    home.endpoint_file.unlink(missing_ok=True)
    _kill_functions()
    shutil.rmtree(files, ignore_errors=True)
    os.killpg(os.getpgid(0), signal.SIGKILL)


def _kill_functions() -> None:
    from ministack.core import lambda_runtime  # noqa: PLC0415

    for pool in list(lambda_runtime._workers.values()):
        for worker in pool:
            with suppress(AttributeError, OSError):  # not started yet, or gone
                worker._proc.kill()


if __name__ == "__main__":
    main()
