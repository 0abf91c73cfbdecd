"""One browser for all tests of pages; where none is installed they are skipped."""

import subprocess
from pathlib import Path

import pytest

from tests.browser import chromium

ROOT = Path(__file__).parents[2]
AXE = "axe-core@4.14.1"  # https://github.com/dequelabs/axe-core


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    """A headless Chromium."""
    if chromium.program() is None:
        pytest.skip(f"none of {', '.join(chromium.NAMES)} is installed")
    with chromium.running(tmp_path_factory.mktemp("chromium")) as running:
        yield running


@pytest.fixture(scope="session")
def screens():
    """Where screenshots go, for people to look at."""
    folder = ROOT / "build/screens"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def axe():
    """The script of axe-core, which finds what keeps people with disabilities out."""
    folder = ROOT / "build/axe"
    script = folder / "node_modules/axe-core/axe.min.js"
    if not script.exists():
        command = ["npm", "install", "--silent", "--no-save", "--ignore-scripts", f"--prefix={folder}", AXE]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=120)
        except (OSError, subprocess.SubprocessError) as error:
            pytest.skip(f"npm cannot install {AXE}: {error}")
    return script.read_text()
