"""
The versions that are rehearsed: copies of what was built, one function or one definition of each changed.

A fault is put behind the release's own handler, so that everything else of the version is real.
"""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from local.build import Build
from local.environments import REPOSITORY

HANDLER = Path("ProfileCsvFunction/handler.py")
MACHINE = Path("statemachines/process_batch.asl.yaml")

COLOUR = "colour"  # a column that some of the people's files have, and no golden file
SLOW = 20  # seconds

GOOD = """

logger.append_keys(rehearsed="version 2")
"""

THROWS = """


def lambda_handler(event, context):
    raise RuntimeError("rehearsed: throws always")
"""

WRONG = """

from dataclasses import replace

_sound_profiler = wiring.csv_profiler


def _wrong_profiler(settings):
    sound = _sound_profiler(settings)

    def run(*arguments):
        outcome = sound.run(*arguments)
        return replace(outcome, facts=dict(outcome.facts) | {"row_count": 41})

    return replace(sound, run=run)


wiring.csv_profiler = _wrong_profiler
"""

SLOWS = f"""

import time

_sound_handler = lambda_handler


def lambda_handler(event, context):
    time.sleep({SLOW})
    return _sound_handler(event, context)
"""

THROWS_AT_SOME = f"""

from dataclasses import replace

_sound_profiler = wiring.csv_profiler


def _picky_profiler(settings):
    sound = _sound_profiler(settings)

    def run(file, *arguments):
        if "{COLOUR}" in file.key:
            raise RuntimeError("rehearsed: throws at some files")
        return sound.run(file, *arguments)

    return replace(sound, run=run)


wiring.csv_profiler = _picky_profiler
"""


@dataclass(frozen=True)
class Version:
    """A version, and what is to become of it."""

    name: str
    what: str
    file: Path
    added: str = ""
    replaced: tuple[str, str] = ("", "")
    stopped_by: str = ""
    """`hook`, `alarm`, `check` (of the state machine), or empty for a version that takes over."""


VERSIONS = (
    Version("2", "good", HANDLER, GOOD),
    Version("3a", "throws always", HANDLER, THROWS, stopped_by="hook"),
    Version("3b", "gives wrong results", HANDLER, WRONG, stopped_by="hook"),
    Version(
        "3c",
        f"throws at people's files with a column `{COLOUR}`",
        HANDLER,
        THROWS_AT_SOME,
        stopped_by="alarm",
    ),
    Version("3d", f"takes {SLOW} s more", HANDLER, SLOWS, stopped_by="alarm"),
    Version(
        "3e",
        "a state machine that ends well and does nothing",
        MACHINE,
        replaced=("StartAt: WaitForSlot\n", "StartAt: Done\n"),
        stopped_by="check",
    ),
)


def made(version: Version, built: Build, folder: Path) -> Build:
    """Copy what was built below *folder*, with the version's change."""
    copy = Build(folder=folder / version.name)
    shutil.copytree(built.folder, copy.folder, copy_function=os.link)
    shutil.copytree(REPOSITORY / "statemachines", copy.folder / "statemachines", dirs_exist_ok=True)
    template = copy.built_template.read_text()
    _write(copy.built_template, template.replace("../../statemachines/", "statemachines/"))
    changed = copy.folder / version.file
    _write(changed, _changed(version, changed.read_text()))
    # What was compiled is run unchecked.
    shutil.rmtree(changed.parent / "__pycache__", ignore_errors=True)
    copy.stamp.write_text(version.name)
    return copy


def _changed(version: Version, text: str) -> str:
    before, after = version.replaced
    if before and text.count(before) != 1:
        raise RuntimeError(f"{version.file} is not what version {version.name} was written for")
    return (text.replace(before, after) if before else text) + version.added


def _write(path: Path, text: str) -> None:
    path.unlink()  # it is linked to what was built
    path.write_text(text)
