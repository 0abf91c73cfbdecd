"""Memory does not grow with the size of a file."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CEILING = 200 * 1024**2  # bytes for interpreter, engine and buffers; the file has 1 GB

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")


@pytest.fixture
def process():
    """Process the large file in a process of its own, whose memory the operating system limits."""

    def run(processor):
        path = os.pathsep.join((str(ROOT), str(ROOT / "layers/core")))
        answer = subprocess.run(
            [sys.executable, "-m", "tests.unit.large_file", processor],
            cwd=ROOT, env=os.environ | {"PYTHONPATH": path}, capture_output=True, check=True,
        )  # fmt: skip
        return json.loads(answer.stdout)

    return run


def test_a_table_of_1_gb_is_profiled_within_the_memory_of_a_small_function(process):
    """Every row is counted."""
    answer = process("profile_csv")

    assert "success" == answer["status"]
    assert answer["rows"] == answer["facts"]["row_count"]
    assert answer["peak"] < CEILING


def test_a_file_of_1_gb_is_inspected_within_the_memory_of_a_small_function(process):
    """Every byte is counted."""
    answer = process("inspect_file")

    assert "success" == answer["status"]
    assert 10**9 - 26 < answer["facts"]["size"] <= 10**9
    assert answer["peak"] < CEILING
