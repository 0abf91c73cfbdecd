"""The make targets of the pipeline ask AWS, Docker and SAM for the right thing; here those only note it."""

import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from local.environments import SAM, environment_of_sam
from tests.template.cloudformation import ROOT

RELEASE, GOOD = "a" * 40, "b" * 40
IMAGES = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/sluice"
GIVEN = {
    "STAGE": "staging",
    "RELEASE": RELEASE,
    "ARTIFACTS": "artifacts",
    "IMAGES": IMAGES,
    "EXECUTION_ROLE": "arn:aws:iam::111122223333:role/sluice-execution-staging",
    "BOUNDARY": "arn:aws:iam::111122223333:policy/sluice-boundary-staging",
    "DEPLOYMENTS": "arn:aws:sns:eu-central-1:111122223333:sluice-deployments-staging",
}
# Notes its arguments; answers for the release that was good, and for the one image that is there already.
NOTING = f"""#!/bin/sh
echo "$(basename "$0") $*" >>"{{notes}}"
case "$*" in
    *good/staging\\ -) echo {GOOD} ;;
    "manifest inspect"*process-image*) ;;
    "manifest inspect"*) exit 1 ;;
esac
"""

Make = Callable[..., list[str]]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Runs a target with programs that only note; returns what they were asked."""
    notes = tmp_path / "notes"
    for program in ("aws", "docker", "sam"):
        (tmp_path / program).write_text(NOTING.format(notes=notes), encoding="utf-8")
        (tmp_path / program).chmod(0o755)
    (tmp_path / "python").symlink_to(sys.executable)

    def run(target: str, **given: str) -> list[str]:
        path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
        # No environment is made anew for this, and nothing is built.
        command = ["make", "--silent", target, f"SAM={tmp_path}", "--assume-old=.venv-sam/.complete"]
        environment = os.environ | GIVEN | {"PATH": path} | given
        subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
        return notes.read_text(encoding="utf-8").splitlines()

    return run


def test_a_deployment_takes_the_release_and_the_roles_of_its_stage(make: Make) -> None:
    """By the bootstrap's execution role, with the stage's parameters and boundary, and without a question."""
    fetched, deployed = make("deploy")

    assert fetched.startswith(f"aws s3 cp s3://artifacts/releases/{RELEASE}/packaged.yaml ")
    for words in (
        "--config-env staging", f"--role-arn {GIVEN['EXECUTION_ROLE']}", "--no-confirm-changeset",
        "--s3-prefix deploy/staging", "--max-wait-duration 110",
        "Stage=staging", f"PermissionsBoundaryArn={GIVEN['BOUNDARY']}",
    ):  # fmt: skip
        assert words in deployed


def test_sam_takes_what_a_deployment_gives_it(make: Make, tmp_path: Path) -> None:
    """It gets as far as to ask AWS, which is not there: no option is missing, and none excludes another."""
    packaged = tmp_path / "build/packaged.yaml"
    packaged.parent.mkdir()
    packaged.write_text("Resources: {Topic: {Type: AWS::SNS::Topic}}\n", encoding="utf-8")
    _, deployed = make("deploy")
    arguments = shlex.split(deployed.replace("build/packaged.yaml", str(packaged)))[1:]
    nowhere = {
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "AWS_MAX_ATTEMPTS": "1",
        "AWS_REGION": "eu-central-1",
    }
    nobody = {"AWS_ACCESS_KEY_ID": "nobody", "AWS_SECRET_ACCESS_KEY": "nothing"}

    done = subprocess.run(
        [SAM.required(), *arguments],
        env=environment_of_sam() | nowhere | nobody,
        capture_output=True,
        text=True,
        check=False,
    )

    assert "http://127.0.0.1:9" in done.stderr


@pytest.mark.parametrize(("release", "deployed"), [("", GOOD), (RELEASE, RELEASE)])
def test_going_back_deploys_the_release_or_else_the_last_good_one(
    release: str, deployed: str, make: Make
) -> None:
    """Which is what the smoke test of its stage remembered."""
    asked = make("go-back", RELEASE=release)

    assert f"aws s3 cp s3://artifacts/releases/{deployed}/packaged.yaml build/packaged.yaml" in asked
    assert asked[-1].startswith("sam deploy ")


@pytest.mark.parametrize(
    "given", [{"RELEASE": "main"}, {"RELEASE": "a" * 39}, {"STAGE": "dev"}, {"STAGE": ""}]
)
def test_what_is_no_release_or_no_stage_is_refused(given: dict[str, str], make: Make) -> None:
    """Before anything is asked."""
    with pytest.raises(subprocess.CalledProcessError) as refused:
        make("deploy", **given)

    assert b"STAGE is" in refused.value.stderr or b"RELEASE is" in refused.value.stderr


def test_an_image_that_is_there_is_not_pushed_again(make: Make) -> None:
    """Its tag cannot be moved, and a build that is run again must not fail on it."""
    pushed = [line for line in make("image") if "buildx" in line]

    assert len(pushed) == 1
    assert f"--push --tag {IMAGES}:inspect-file-{RELEASE} " in pushed[0]
    assert pushed[0].endswith("--file functions/inspect_file/Dockerfile .aws-sam/build")


def test_a_deployment_says_how_it_ended_to_its_stage(make: Make) -> None:
    """With the way to its log."""
    [said] = make("announce", RESULT="failure", GITHUB_RUN_ID="42")

    assert said.startswith(
        f"aws sns publish --topic-arn {GIVEN['DEPLOYMENTS']} --subject Sluice, staging: failure"
    )
    assert RELEASE in said
    assert said.endswith("/actions/runs/42")
