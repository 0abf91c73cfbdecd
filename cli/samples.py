"""The repository's sample files, and what is expected to become of each."""

import json
from pathlib import Path
from typing import Any

from cli.errors import CommandError
from cli.files import Facts, fact
from cli.uploads import Source
from local.environments import REPOSITORY

SAMPLES = REPOSITORY / "samples"
EXPECTED = "expected.json"
PREFIX = "uploads/"

Expectations = dict[str, dict[str, Any]]  # facts by their dotted paths, by file name


def expectations(folder: Path = SAMPLES) -> Expectations:
    """Read what is expected of each sample."""
    try:
        expected: Expectations = json.loads((folder / EXPECTED).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise CommandError(f"There are no samples in {folder}.") from error
    return expected


def sample_sources(folder: Path = SAMPLES) -> list[Source]:
    """List the samples under the keys that they are put at."""
    return [Source(folder / name, PREFIX + name) for name in expectations(folder)]


def deviations(expected: dict[str, Any], facts: Facts | None) -> list[str]:
    """Say in words where the facts are not the expected ones; nothing if they are."""
    if facts is None:
        return ["it never arrived"]
    return [
        f"{path} is {fact(facts, path)!r} and not {wanted!r}"
        for path, wanted in expected.items()
        if fact(facts, path) != wanted
    ]
