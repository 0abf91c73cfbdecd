"""Builds a template with `sam build` for the interpreter that runs its functions here."""

import fcntl
import hashlib
import platform
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from local.environments import EMULATOR, HOMES, REPOSITORY, SAM, LocalStackError, environment_of_sam
from local.tools import logged

SOURCES = ("functions", "layers", "statemachines", "templates")
IGNORED = ("__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache")


@dataclass(frozen=True)
class Build:
    """A template, and the folder that its build for this machine goes to."""

    template: Path = REPOSITORY / "template.yaml"
    folder: Path = HOMES / "build"

    @property
    def built_template(self) -> Path:
        """What `sam deploy` is given."""
        return self.folder / "template.yaml"

    @property
    def stamp(self) -> Path:
        """Holds the digest of the sources that the folder was built from."""
        return self.folder.with_suffix(".digest")

    def digest(self) -> str | None:
        """Return the digest of the sources that were built; None before the first build."""
        return self.stamp.read_text() if self.built_template.exists() and self.stamp.exists() else None


def build(what: Build, log: Path) -> bool:
    """
    Build unless nothing has changed since the last build; return whether it did.

    Functions run on the emulator's interpreter, whatever their Runtime says, so layers with native code are
    built for it: the Makefiles read SLUICE_PYTHON_VERSION and SLUICE_PLATFORM (uv's --python-platform).
    Raises LocalStackError, with what was said last, if the build fails.
    """
    if not what.template.exists():
        raise LocalStackError(f"There is no template {what.template}.")
    what.folder.parent.mkdir(parents=True, exist_ok=True)
    with _held(what.folder.with_suffix(".lock")):
        target = _target()
        digest = _digest(what.template, target)
        if what.digest() == digest:
            return False
        what.stamp.unlink(missing_ok=True)
        _sam_build(what, log, target)
        _compile(what.folder)
        what.stamp.write_text(digest)
        return True


def _sam_build(what: Build, log: Path, target: dict[str, str]) -> None:
    command = [SAM.required(), "build", "--template-file", str(what.template)]
    logged(
        [*command, "--build-dir", str(what.folder)],
        log,
        cwd=what.template.parent,
        env=environment_of_sam() | target,
        failure="The build failed",
    )


def _target() -> dict[str, str]:
    version = subprocess.run(
        [EMULATOR.required(), "-c", "import sys; print('%d.%d' % sys.version_info[:2])"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    return {"SLUICE_PYTHON_VERSION": version, "SLUICE_PLATFORM": _platform(), "SLUICE_ARCH": architecture()}


def _compile(folder: Path) -> None:
    """Spare each cold start a third of a second; unchecked, because unpacking changes the times of files."""
    compile_all = [EMULATOR.required(), "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash"]
    # What does not compile is the function's own fault, and told when it is invoked.
    subprocess.run([*compile_all, str(folder)], check=False, stdout=subprocess.DEVNULL)


def _platform() -> str:
    machine = "aarch64" if architecture() == "arm64" else "x86_64"
    return f"{machine}-apple-darwin" if sys.platform == "darwin" else f"{machine}-manylinux_2_28"


def architecture() -> str:
    """Return what Lambda calls the processor of this machine."""
    return "arm64" if platform.machine() in ("arm64", "aarch64") else "x86_64"


def _digest(template: Path, target: dict[str, str]) -> str:
    digest = hashlib.sha256(repr(sorted(target.items())).encode())
    for path in (template, *_sources(template.parent)):
        content = path.read_bytes()
        digest.update(
            f"{path.relative_to(template.parent)}\0{path.stat().st_mode}\0{len(content)}\0".encode()
        )
        digest.update(content)
    return digest.hexdigest()


def _sources(root: Path) -> Iterator[Path]:
    for name in SOURCES:
        for path in sorted((root / name).rglob("*")):
            if path.is_file() and not set(IGNORED) & set(path.parts):
                yield path


@contextmanager
def _held(lock_file: Path) -> Iterator[None]:
    """Let no two builds write into one folder at the same time."""
    with lock_file.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
