"""
What one release leaves, the next and the one before read: batches, messages, items of all tables.

`previous.json` is what the release PREVIOUS wrote, by `shapes.py` with its layer. A release renews it:
`PYTHONPATH=layers/core:. python -m tests.compatibility.shapes write`, with its own commit as PREVIOUS.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.template.cloudformation import ROOT

HERE = Path(__file__).parent
PREVIOUS = "e99c68b3e4b10ad03fc9f9d6beaea6b8b44a9698"
LEFT = json.loads((HERE / "previous.json").read_text(encoding="utf-8"))
# What this release writes and the previous one did not: the previous one passes over it.
ADDED = {
    "/arrival/detail/announced_at": "since when it waits, which may be long after it was uploaded",
    "/catalogue/begun_times": "the end of retries that wait for their slots",
    "/catalogue/claimed_at": "the history that the API and `sluice show` tell",
    "/sweep part/days": "what the catalogue has forgotten is not taken in once more",
    "/sweep part/is_whole": "whether a limit ended the part, for who goes on with it",
    "/sweep part/pages": "how much one invocation goes through",
}


def run(action: str, layer: Path, given: Any = None) -> Any:
    """Write or read with the code of one release, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.compatibility.shapes", action],
        cwd=ROOT,
        input=json.dumps(given),
        env={"PATH": os.environ["PATH"], "PYTHONPATH": f"{layer}:{ROOT}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def written() -> Any:
    """What this release writes."""
    return run("write", ROOT / "layers/core")


@pytest.fixture(scope="module")
def previous_layer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The code of the previous release, from the history."""
    archive = subprocess.run(
        ["git", "archive", PREVIOUS, "layers/core/sluice"], cwd=ROOT, capture_output=True, check=False
    )
    if archive.returncode:
        pytest.skip("the history does not reach back to the previous release (a shallow clone)")
    folder = tmp_path_factory.mktemp("previous")
    subprocess.run(["tar", "-x", "-C", folder], input=archive.stdout, check=True)
    return folder / "layers/core"


def test_what_the_previous_release_left_is_read_as_what_this_one_writes(written: Any) -> None:
    """The same facts were written by both, so the same values must be read from both."""
    layer = ROOT / "layers/core"
    assert run("read", layer, LEFT) == run("read", layer, written)


def test_this_release_leaves_nothing_out_and_adds_only_what_is_known(written: Any) -> None:
    """By names and types, at any depth."""
    assert list(differences(LEFT, written)) == []


def test_the_previous_release_reads_what_this_one_writes(written: Any, previous_layer: Path) -> None:
    """By its own code."""
    assert run("read", previous_layer, written) == run("read", previous_layer, LEFT)


def differences(before: Any, now: Any, path: str = "") -> Iterator[str]:
    """Yield a sentence for each name that is gone, of another type, or new and unknown."""
    if type(before) is not type(now):
        yield f"{path} was {before!r} and is {now!r}"
    elif isinstance(before, dict):
        yield from (f"{path}/{name} is gone" for name in before.keys() - now.keys())
        new = (f"{path}/{name}" for name in now.keys() - before.keys())
        yield from (f"{name} is new" for name in new if re.sub(r"/\d+", "", name) not in ADDED)
        for name in before.keys() & now.keys():
            yield from differences(before[name], now[name], f"{path}/{name}")
    elif isinstance(before, list):
        if len(before) != len(now):
            yield f"{path} had {len(before)} and has {len(now)}"
        for number, (old, new_one) in enumerate(zip(before, now, strict=False)):
            yield from differences(old, new_one, f"{path}/{number}")


def test_what_is_gone_new_or_of_another_type_is_found() -> None:
    """At any depth."""
    assert set(differences({"a": [{"b": 1, "c": 2}]}, {"a": [{"b": "1", "d": 2}]})) == {
        "/a/0/b was 1 and is '1'",
        "/a/0/c is gone",
        "/a/0/d is new",
    }
