"""The layer is built for the platform on which its functions will run, whoever starts the build."""

import os
import re
import subprocess

import pytest

from tests.template.cloudformation import ROOT

ARM, INTEL = "aarch64-manylinux_2_28", "x86_64-manylinux_2_28"


def plan(**given: str) -> subprocess.CompletedProcess[str]:
    """Return what make would do for SAM, with these variables set."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SLUICE_")}
    return subprocess.run(
        ["make", "--dry-run", "--directory", ROOT / "layers/core", "build-CoreLayer"],
        env=environment | given | {"ARTIFACTS_DIR": "artifacts"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("given", "platforms", "version"),
    [
        ({}, [ARM, INTEL], "3.13"),
        ({"SLUICE_ARCH": "arm64"}, [ARM], "3.13"),
        ({"SLUICE_ARCH": "x86_64"}, [INTEL], "3.13"),
        (
            {"SLUICE_PLATFORM": "aarch64-apple-darwin", "SLUICE_ARCH": "arm64"},
            ["aarch64-apple-darwin"],
            "3.13",
        ),
        ({"SLUICE_PLATFORM": INTEL, "SLUICE_PYTHON_VERSION": "3.11"}, [INTEL], "3.11"),
    ],
)
def test_the_layer_is_built_for(given: dict[str, str], platforms: list[str], version: str) -> None:
    """SAM says nothing of the architecture, so a plain `sam build` serves both."""
    commands = plan(**given).stdout

    assert re.findall(r"--python-platform (\S+)", commands) == platforms
    assert set(re.findall(r"--python-version (\S+)", commands)) == {version}


def test_an_unknown_architecture_is_refused() -> None:
    """It would leave the packages out in silence."""
    done = plan(SLUICE_ARCH="arm")

    assert done.returncode != 0
    assert "SLUICE_ARCH is arm64 or x86_64, not arm" in done.stderr
