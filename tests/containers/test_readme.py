"""What the README tells people with Docker to type is what works."""

import json
import shlex
import subprocess

import pytest

from local.environments import REPOSITORY, SAM, environment_of_sam

COMMAND = next(
    line.partition("#")[0].strip()
    for line in (REPOSITORY / "README.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("sam local invoke ")
)


@pytest.fixture
def checkout(sam, tmp_path):
    """A folder as the repository is after `make build` and `sluice invocable`, in another place."""
    for name in ("samconfig.toml", "events"):
        (tmp_path / name).symlink_to(REPOSITORY / name)
    (tmp_path / ".aws-sam").mkdir()
    (tmp_path / ".aws-sam/build").symlink_to(sam.template.parent)
    return tmp_path


def test_sam_local_invoke_works_as_it_is_written(engine, sam, checkout):
    """Without a template or a variable on the command line: samconfig.toml says where they are."""
    _, *arguments = shlex.split(COMMAND)
    if engine.own:
        arguments.append("--skip-pull-image")  # it reaches no registry to look whether the image is current

    done = subprocess.run(
        [SAM.required(), *arguments],
        cwd=checkout,
        env=environment_of_sam() | sam.finds_engine(),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"processor": "inspect_file", "files": []}
