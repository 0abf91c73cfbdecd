"""A home: the folder below `.sluice/` that holds one run of the local stack, its state, logs and files."""

import fcntl
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TextIO

LOCK_PATIENCE = 0.5  # seconds; who only asks whether a stack runs holds its lock for an instant


class HomeInUseError(RuntimeError):
    """Another emulator runs in this home."""


@dataclass(frozen=True)
class Endpoint:
    """Where a running emulator listens, and its process."""

    pid: int
    port: int

    @property
    def url(self) -> str:
        """The address to give to AWS clients."""
        return f"http://127.0.0.1:{self.port}"


@dataclass(frozen=True)
class Home:
    """The files of one run. An emulator is alive exactly as long as it holds the lock of its home."""

    path: Path

    @property
    def endpoint_file(self) -> Path:
        """Written by the emulator when it listens."""
        return self.path / "emulator.json"

    @property
    def lock_file(self) -> Path:
        """Locked by the emulator while it lives; the system frees it however the process ends."""
        return self.path / "emulator.lock"

    @property
    def log(self) -> Path:
        """What the emulator and its functions print; beside the home, to outlive it after a failure."""
        return self.path.with_name(f"{self.path.name}.log")

    @property
    def deploy_log(self) -> Path:
        """What the last deployment printed."""
        return self.path.with_name(f"{self.path.name}-deploy.log")

    @property
    def deployed_file(self) -> Path:
        """What was deployed last."""
        return self.path / "deployed.json"

    @property
    def call_log(self) -> Path:
        """What a session's functions asked of AWS; see `local.call_log`."""
        return self.path / "calls.jsonl"

    @property
    def processor_times(self) -> Path:
        """How much processor time a session's invocations took; see `local.processor_times`."""
        return self.path / "processor_times.jsonl"

    @property
    def temporary(self) -> Path:
        """TMPDIR of the emulator and its functions."""
        return self.path / "tmp"

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the home's lock, or raise HomeInUseError."""
        self.path.mkdir(parents=True, exist_ok=True)
        with self.lock_file.open("w") as lock:
            deadline = time.monotonic() + LOCK_PATIENCE
            while not _locked(lock):
                if time.monotonic() > deadline:
                    raise HomeInUseError(f"another emulator runs in {self.path}")
                time.sleep(0.02)
            yield

    def is_running(self) -> bool:
        """Whether an emulator holds this home."""
        if not self.lock_file.exists():
            return False
        with self.lock_file.open() as lock:
            return not _locked(lock)

    def write_endpoint(self, endpoint: Endpoint) -> None:
        """Say where the emulator listens; a reader sees all of it or nothing."""
        draft = self.endpoint_file.with_suffix(".draft")
        draft.write_text(json.dumps(asdict(endpoint)))
        draft.replace(self.endpoint_file)

    def endpoint(self) -> Endpoint | None:
        """Where the emulator of this home listens; None if none runs, or it does not listen yet."""
        if not self.is_running() or not self.endpoint_file.exists():
            return None
        return Endpoint(**json.loads(self.endpoint_file.read_text()))


def _locked(lock: TextIO) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
