"""Workflows are sound, safe, and do by make targets what people do."""

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import cli.commands.smoke
from cli.main import build_parser
from tests.template.agreements import make_targets
from tests.template.cloudformation import ROOT

TOOLS = ROOT / ".venv/bin"
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
PINNED = re.compile(r"^\s*-? ?uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")
SCHEMAS = {
    "vendor.github-workflows": ".github/workflows/*.yml",
    "vendor.dependabot": ".github/dependabot.yml",
}


def run(tool: str, *arguments: Any, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run one of the environment's tools in *folder*."""
    return subprocess.run(
        [TOOLS / tool, *map(str, arguments)], cwd=folder, capture_output=True, text=True, check=False
    )


def actionlint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Lint the workflows of a repository, without the tools that a machine may or may not have."""
    return run(
        "actionlint",
        "-shellcheck=",
        "-pyflakes=",
        *(folder / ".github/workflows").glob("*.yml"),
        folder=folder,
    )


def zizmor(folder: Path) -> subprocess.CompletedProcess[str]:
    """Audit the workflows of a repository, offline."""
    return run("zizmor", "--offline", "--no-progress", ".github", folder=folder)


def jobs(path: Path) -> dict[str, dict[str, Any]]:
    """Return the jobs of one workflow."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"]


def unpinned(workflow: str) -> Iterator[str]:
    """Yield every line that uses an action by something else than a commit with its version beside it."""
    used = (line for line in workflow.splitlines() if "uses:" in line and "uses: ./" not in line)
    yield from (line.strip() for line in used if not PINNED.match(line))


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A copy of .github to seed faults into."""
    shutil.copytree(ROOT / ".github", tmp_path / ".github")
    (tmp_path / ".git").mkdir()  # by which actionlint knows the root
    return tmp_path


def seed(repository: Path, old: str, new: str) -> None:
    """Replace *old*, which must be there, in the workflow of continuous integration."""
    path = repository / ".github/workflows/ci.yml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_actionlint_has_no_findings() -> None:
    """Expressions, contexts, matrices and keys."""
    done = actionlint(ROOT)

    assert WORKFLOWS
    assert done.returncode == 0, done.stdout


def test_zizmor_has_no_findings() -> None:
    """Permissions, injections, credentials that stay behind."""
    done = zizmor(ROOT)

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(("schema", "files"), SCHEMAS.items())
def test_files_keep_their_schemas(schema: str, files: str) -> None:
    """Those that GitHub publishes, as they come with the tool."""
    done = run("check-jsonschema", "--builtin-schema", schema, *ROOT.glob(files))

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_pinned_to_commits(path: Path) -> None:
    """A tag can be moved to other code; a commit cannot."""
    assert [] == list(unpinned(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_call_make_targets_that_exist(path: Path) -> None:
    """What fails in a workflow can then be run at home."""
    targets = make_targets((ROOT / "Makefile").read_text(encoding="utf-8"))
    steps = [step for job in jobs(path).values() for step in job.get("steps", [])]
    commands = [step["run"] for step in steps if "run" in step]

    assert {command.split()[0] for command in commands} == {"make"}
    assert {command.split()[1] for command in commands} <= targets


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_jobs_end_by_themselves(path: Path) -> None:
    """GitHub would let a job that hangs run for six hours."""
    own = {name: job for name, job in jobs(path).items() if "uses" not in job}
    assert [name for name, job in own.items() if "timeout-minutes" not in job] == []


DEPLOY = ROOT / ".github/workflows/deploy.yml"
ROLLBACK = ROOT / ".github/workflows/rollback.yml"


def test_production_comes_after_staging_and_an_approval() -> None:
    """By the environment, whose reviewers GitHub asks; and of one artifact, which is built once."""
    found = jobs(DEPLOY)

    assert ("ci", "build", "staging") == tuple(
        found[job]["needs"] for job in ("build", "staging", "production")
    )
    assert [None, None, "staging", "production"] == [job.get("environment") for job in found.values()]
    builds = [
        name
        for name, job in found.items()
        for step in job.get("steps", [])
        if step.get("run") == "make build"
    ]
    assert builds == ["build"]
    assert {"${{ github.sha }}"} == {job["env"]["RELEASE"] for job in found.values() if "env" in job}


def test_no_deployment_is_cut_off_or_runs_beside_another() -> None:
    """A rollback waits, too: they share one group."""
    guards = [yaml.safe_load(path.read_text(encoding="utf-8"))["concurrency"] for path in (DEPLOY, ROLLBACK)]

    assert [{"group": "deploy", "cancel-in-progress": False}] * 2 == guards


@pytest.mark.parametrize("path", [DEPLOY, ROLLBACK], ids=lambda path: path.name)
def test_tokens_are_for_the_jobs_that_deploy(path: Path) -> None:
    """No job has more than to read the code and to ask for a token, and there is no long-lived key."""
    text = path.read_text(encoding="utf-8")

    assert yaml.safe_load(text)["permissions"] == {"contents": "read"}
    for job in jobs(path).values():
        assert job.get("permissions", {}) in ({}, {"contents": "read", "id-token": "write"})
    assert "secrets." not in text


def test_a_smoke_test_that_fails_takes_production_back() -> None:
    """To the last release that passed, which is remembered after its own smoke test."""
    steps = [step for step in jobs(DEPLOY)["production"]["steps"] if "run" in step]
    [back] = [step for step in steps if step["run"] == "make go-back"]

    assert [step["run"].removeprefix("make ") for step in steps] == [
        "deploy", "smoke", "good", "go-back", "announce",
    ]  # fmt: skip
    assert back["if"] == "failure() && steps.smoke.outcome == 'failure'"
    assert back["env"] == {"RELEASE": ""}


def test_everybody_who_wants_to_know_is_told_how_a_deployment_ended() -> None:
    """Whatever its end: the last step of each job that deploys runs always, and says what became of it."""
    last = [jobs(DEPLOY)[job]["steps"][-1] for job in ("staging", "production")]
    last.append(jobs(ROLLBACK)["rollback"]["steps"][-1])

    wanted = {"run": "make announce", "if": "always()", "env": {"RESULT": "${{ job.status }}"}}
    assert last == [wanted] * 3


@pytest.mark.parametrize("target", ["deploy", "go-back", "good", "announce", "publish"])
def test_what_a_person_types_into_a_workflow_is_no_command(target: str, tmp_path: Path) -> None:
    """A release of the manual rollback goes through make into a shell, which must not run what is in it."""
    evidence = tmp_path / "evidence"
    given = {"STAGE": "staging", "RELEASE": f'"; touch {evidence}; "$(touch {evidence})', "ARTIFACTS": "a"}
    (tmp_path / "aws").write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    (tmp_path / "aws").chmod(0o755)
    path = f"{tmp_path}:{os.environ['PATH']}"
    done = subprocess.run(
        ["make", target], cwd=ROOT, env=os.environ | given | {"PATH": path}, capture_output=True, check=False
    )

    assert done.returncode != 0
    assert not evidence.exists()


def test_the_smoke_test_is_a_command_that_is_there() -> None:
    """With its arguments in the order in which the command line takes them."""
    shown = subprocess.run(
        ["make", "--dry-run", "--silent", "smoke"],
        cwd=ROOT, env=os.environ | {"STAGE": "staging"}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    command = shlex.split(shown.stdout.splitlines()[-1].replace("$STAGE", "staging"))

    arguments = build_parser().parse_args(command[1:])
    assert (arguments.stack, arguments.run) == ("sluice-staging", cli.commands.smoke.run)


def test_the_clean_checkout_runs_what_the_readme_says() -> None:
    """The script of continuous integration only calls make test."""
    script = (ROOT / ".ci/run").read_text(encoding="utf-8")

    assert "make test" in script
    assert (ROOT / ".ci/run").stat().st_mode & 0o111


def test_actionlint_finds_an_unknown_context(repository: Path) -> None:
    """A misspelt matrix value."""
    seed(repository, "${{ matrix.", "${{ matrx.")

    assert "matrx" in actionlint(repository).stdout


def test_zizmor_finds_an_action_by_tag(repository: Path) -> None:
    """And so does the pattern that also demands the version beside the commit."""
    seed(repository, "3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1", "v7")

    assert "unpinned" in zizmor(repository).stdout
    assert unpinned((repository / ".github/workflows/ci.yml").read_text(encoding="utf-8"))


def test_zizmor_finds_permissions_for_all(repository: Path) -> None:
    """A token that may write anything."""
    seed(repository, "permissions:\n  contents: read", "permissions: write-all")

    assert "excessive-permissions" in zizmor(repository).stdout


def test_the_schema_finds_an_unknown_key(repository: Path) -> None:
    """A job that runs on nothing."""
    seed(repository, "runs-on:", "run-on:")
    path = repository / ".github/workflows/ci.yml"

    assert run("check-jsonschema", "--builtin-schema", "vendor.github-workflows", path).returncode == 1
