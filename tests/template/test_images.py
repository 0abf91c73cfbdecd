"""Who may see images is decided by a parameter, and libvips is built for the processor it runs on."""

import os
import re
import subprocess
from typing import Any

import pytest

from tests.template.cloudformation import ROOT, Template
from tests.template.stack import Stack


def actions_of(role: Template) -> set[str]:
    """Return every action that the inline policies of *role* allow."""
    documents = [policy["PolicyDocument"] for policy in role["Policies"]]
    return {action for document in documents for each in document["Statement"] for action in each["Action"]}


@pytest.mark.parametrize(
    ("switch", "granted"),
    [("off", set()), ("on", {"DetectLabels", "DetectModerationLabels", "DetectFaces"})],
)
def test_rekognition_is_granted_only_where_images_are_analysed(
    written: Template, switch: str, granted: set[str]
) -> None:
    """The function is told the same."""
    stack = Stack.of(written, {"ImageAnalysis": switch})
    actions = actions_of(stack.of_type("AWS::IAM::Role")["ProcessImageRole"])
    function: dict[str, Any] = stack.of_type("AWS::Lambda::Function")["ProcessImageFunction"]

    assert {action for action in actions if action.startswith("rekognition:")} == {
        f"rekognition:{name}" for name in granted
    }
    assert function["Environment"]["Variables"]["IMAGE_ANALYSIS"] == switch


@pytest.mark.parametrize(
    ("given", "platform", "version"),
    [
        ({}, "aarch64-manylinux_2_28", "3.13"),
        ({"SLUICE_ARCH": "arm64"}, "aarch64-manylinux_2_28", "3.13"),
        ({"SLUICE_ARCH": "x86_64"}, "x86_64-manylinux_2_28", "3.13"),
        ({"SLUICE_PLATFORM": "linux", "SLUICE_PYTHON_VERSION": "3.11"}, "linux", "3.11"),
    ],
)
def test_libvips_is_built_for(given: dict[str, str], platform: str, version: str) -> None:
    """Its module has one name on all processors, so that a package serves one of them."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SLUICE_")}
    commands = subprocess.run(
        ["make", "--dry-run", "--directory", ROOT / "functions/process_image", "build-ProcessImageFunction"],
        env=environment | given | {"ARTIFACTS_DIR": "artifacts"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert re.findall(r"--python-platform (\S+)", commands) == [platform]
    assert re.findall(r"--python-version (\S+)", commands) == [version]
