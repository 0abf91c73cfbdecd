"""
A container engine: the one that answers on this machine, or else Debian's Docker, run out of a folder.

Debian's packages are fetched and unpacked, and not installed. When its Docker ends, everything it made is
gone: data, sockets, the bridge, control groups.
"""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

BRIDGE = "172.30.97.1/24"  # not Docker's default, which another engine may have
# No rules of the machine's firewall are touched: containers reach the machine, and nothing beyond it.
KEEPS_TO_ITSELF = ("--iptables=false", "--ip6tables=false", "--ip-masq=false", "--ip-forward=false")
START_DEADLINE = 60  # seconds; a start takes one
WANTED = ("docker.io", "debootstrap")


class NoEngineError(RuntimeError):
    """No engine can run here; the message says why, in one sentence."""


@dataclass(frozen=True)
class Engine:
    """An engine that answers."""

    environment: dict[str, str]
    """By which docker and SAM find it."""
    own: bool
    """Whether it was started for these tests; such a one reaches no registry."""

    def docker(self, *arguments: str) -> str:
        """Run a command of Docker's and return what it prints; raise CalledProcessError if it fails."""
        command = ["docker", *arguments]
        done = subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE, env=self.environment)
        return done.stdout.strip()

    @property
    def machine(self) -> str:
        """Where containers find the machine."""
        return self.docker("network", "inspect", "bridge", "--format", "{{(index .IPAM.Config 0).Gateway}}")


@contextmanager
def running(cache: Path) -> Iterator[Engine]:
    """Use the engine that answers, or start one; raise NoEngineError where neither is possible."""
    if _answers(dict(os.environ)):
        yield Engine(dict(os.environ), own=False)
        return
    if os.geteuid() != 0:
        raise NoEngineError("no Docker answers, and only root can start one")
    with TemporaryDirectory(prefix="sluice-engine-") as folder, _started(Path(folder), cache) as engine:
        yield engine


def debian(cache: Path) -> dict[str, str]:
    """Return an environment in which the programs of Debian's Docker and debootstrap are found."""
    root = cache / "debian"
    if not root.exists():
        _unpack(cache, root)
    programs = [str(root / "usr/sbin"), str(root / "usr/bin")]
    return dict(os.environ) | {
        "PATH": os.pathsep.join([*programs, os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"]),
        "LD_LIBRARY_PATH": os.pathsep.join(map(str, root.glob("usr/lib/*-linux-gnu*"))),
        "DEBOOTSTRAP_DIR": str(root / "usr/share/debootstrap"),
    }


def _unpack(cache: Path, root: Path) -> None:
    if not Path("/etc/debian_version").exists() or not shutil.which("apt-get"):
        raise NoEngineError("no Docker answers, and without Debian's packages none can be started")
    packages, draft = cache / "packages", root.with_suffix(".draft")
    shutil.rmtree(draft, ignore_errors=True)
    for folder in (packages / "partial", cache / "lists/partial", draft):
        folder.mkdir(parents=True, exist_ok=True)
    apt = ["apt-get", "-qq", "-o", f"Dir::State::lists={cache / 'lists'}"]
    apt += ["-o", f"Dir::Cache={cache / 'apt'}", "-o", f"Dir::Cache::archives={packages}"]
    try:
        _quietly([*apt, "update"])
        _quietly(
            [*apt, "install", "--download-only", "--reinstall", "--no-install-recommends", "--yes", *WANTED]
        )
    except subprocess.CalledProcessError as error:
        raise NoEngineError(f"Debian's Docker cannot be fetched: {error.stderr[-300:].strip()}") from error
    for package in packages.glob("*.deb"):
        _quietly(["dpkg", "--extract", str(package), str(draft)])
    draft.rename(root)


def _quietly(command: list[str]) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True)


def _answers(environment: dict[str, str]) -> bool:
    with suppress(FileNotFoundError):
        asked = ["docker", "version", "--format", "{{.Server.Version}}"]
        return subprocess.run(asked, env=environment, capture_output=True, check=False).returncode == 0
    return False


@contextmanager
def _started(folder: Path, cache: Path) -> Iterator[Engine]:
    environment = debian(cache) | {"DOCKER_HOST": f"unix://{folder}/docker.sock"}
    # It ends with this process, however that one ends.
    command = ["setpriv", "--pdeathsig", "TERM", "dockerd", *KEEPS_TO_ITSELF, "--bip", BRIDGE]
    command += ["--data-root", f"{folder}/data", "--exec-root", f"{folder}/run"]
    command += ["--pidfile", f"{folder}/pid", "--host", environment["DOCKER_HOST"]]
    log = cache / "engine.log"
    with _nothing_left(), log.open("wb") as output:
        daemon = subprocess.Popen(command, env=environment, stdout=output, stderr=subprocess.STDOUT)
        try:
            _wait(daemon, environment, log)
            yield Engine(environment, own=True)
        finally:
            daemon.terminate()
            daemon.wait(START_DEADLINE)


def _wait(daemon: subprocess.Popen[bytes], environment: dict[str, str], log: Path) -> None:
    deadline = time.monotonic() + START_DEADLINE
    while not _answers(environment):
        if daemon.poll() is not None or time.monotonic() > deadline:
            last = log.read_text(errors="replace").strip().splitlines()[-1:]
            raise NoEngineError(f"Debian's Docker does not run here: {' '.join(last)}")
        time.sleep(0.2)


@contextmanager
def _nothing_left() -> Iterator[None]:
    """Remove what the daemon leaves on the machine, unless it was there before."""
    bridge = Path("/sys/class/net/docker0")
    had = {path: path.exists() for path in (bridge, Path("/run/docker"))}
    groups = set(Path("/sys/fs/cgroup").glob("**/docker"))
    try:
        yield
    finally:
        if not had[bridge] and bridge.exists():
            subprocess.run(["ip", "link", "delete", "docker0"], check=True)
        if not had[Path("/run/docker")]:
            shutil.rmtree("/run/docker", ignore_errors=True)
        for group in set(Path("/sys/fs/cgroup").glob("**/docker")) - groups:
            group.rmdir()
