"""The build for arm64 computes the figures of the build for x86_64, to the last bit."""

import platform
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.tables import mixed_table

NATIVE = Path(__file__).parents[2] / "build" / "native"
QEMU = shutil.which("qemu-aarch64-static") or shutil.which("qemu-aarch64")


@pytest.mark.skipif(
    platform.machine() != "x86_64" or not QEMU or not (NATIVE / "profile-aarch64").exists(),
    reason="needs qemu-user-static and `make driver` in layers/core/native",
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "latin-1"])
def test_both_builds_print_the_same_report(tmp_path, encoding):
    """Every figure of every column, as JSON text."""
    path = tmp_path / "t.csv"
    path.write_bytes(mixed_table(4000).decode().encode(encoding))

    here = subprocess.run([NATIVE / "profile-x86_64", path], capture_output=True, check=True)
    there = subprocess.run([QEMU, NATIVE / "profile-aarch64", path, "777"], capture_output=True, check=True)

    assert 9 == len(here.stdout.splitlines())
    assert here.stdout == there.stdout
