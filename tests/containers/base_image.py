"""
A stand-in for Amazon's base image, for an engine that reaches no registry: Debian's Python, AWS's client.

It has the layout that images and SAM rely on: /var/task, /opt, /var/runtime/bootstrap, /lambda-entrypoint.sh
and the runtime interface emulator. It proves that templates, handlers, images and events fit together, and
says nothing of Amazon Linux.
"""

import hashlib
import shutil
import subprocess
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from local.build import architecture
from local.environments import REPOSITORY
from tests.containers.engine import Engine, debian

NAME = "public.ecr.aws/lambda/python:3.13"
TAGS = (NAME, f"{NAME}-{architecture()}")  # the first is what Dockerfiles name, the second what SAM asks for
SUITE = "trixie"  # the Debian whose Python is 3.13
FILES = Path(__file__).with_name("stand_in")
LOCK = REPOSITORY / "requirements/lambda-runtime.txt"
EMULATOR = REPOSITORY / ".venv-sam/lib"
PLATFORM = {"arm64": "aarch64-manylinux_2_28", "x86_64": "x86_64-manylinux_2_28"}[architecture()]
NOT_NEEDED = ("var/cache/apt", "var/lib/apt/lists", "usr/share/doc", "usr/share/man", "usr/share/locale")
CHANGES = (
    "ENV LANG=C.UTF-8 PATH=/var/lang/bin:/usr/local/bin:/usr/bin:/bin:/opt/bin",
    "ENV LAMBDA_TASK_ROOT=/var/task LAMBDA_RUNTIME_DIR=/var/runtime",
    "WORKDIR /var/task",
    'ENTRYPOINT ["/lambda-entrypoint.sh"]',
)


def provide(engine: Engine, cache: Path) -> None:
    """Tag the image in an engine of our own as Amazon's; the image is made once, and kept in the cache."""
    archive = cache / f"base-{_digest()}.tar"
    if not archive.exists():
        _make(archive, cache)
    changes = [word for change in CHANGES for word in ("--change", change)]
    engine.docker("import", *changes, str(archive), TAGS[0])
    engine.docker("tag", *TAGS)


def _digest() -> str:
    made_of = [repr((SUITE, PLATFORM, NOT_NEEDED)).encode()]
    made_of += [path.read_bytes() for path in (LOCK, *sorted(FILES.iterdir()))]
    return hashlib.sha256(b"".join(made_of)).hexdigest()[:12]


def _make(archive: Path, cache: Path) -> None:
    with TemporaryDirectory(prefix="base-", dir=cache) as folder, (cache / "base.log").open("wb") as log:
        root = Path(folder) / "root"
        run = partial(subprocess.run, check=True, stdout=log, stderr=subprocess.STDOUT)
        command = ["debootstrap", "--variant=minbase", "--include=python3", SUITE, str(root)]
        run(command, env=debian(cache))
        for name in NOT_NEEDED:
            shutil.rmtree(root / name)
        _lay_out(root)
        run(_installing(root / "var/runtime"))
        draft = archive.with_suffix(".draft")
        run(["tar", "--create", "--file", draft, "--directory", root, "."])
        draft.rename(archive)


def _lay_out(root: Path) -> None:
    for folder in ("var/task", "var/runtime", "var/lang/bin", "opt"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    (root / "var/lang/bin/python3.13").symlink_to("/usr/bin/python3.13")
    shutil.copy(FILES / "lambda-entrypoint.sh", root)
    shutil.copy(FILES / "bootstrap", root / "var/runtime")
    [emulator] = EMULATOR.glob(f"*/site-packages/samcli/local/rapid/aws-lambda-rie-{architecture()}")
    shutil.copy(emulator, root / "usr/local/bin/aws-lambda-rie")


def _installing(target: Path) -> list[str | Path]:
    command = [REPOSITORY / ".venv/bin/uv", "pip", "install", "--no-deps", "--require-hashes"]
    command += ["--only-binary", ":all:", "--no-compile-bytecode", "--python-version", "3.13"]
    command += ["--python-platform", PLATFORM, "--target", target, "--requirement", LOCK]
    return command
