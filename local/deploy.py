"""Deploys a built template to a running emulator with the real `sam deploy`."""

import json
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local.build import Build
from local.clients import client
from local.environments import REGION, REPOSITORY, SAM, LocalStackError, environment_of_sam
from local.home import Endpoint, Home
from local.tools import logged

STACK_NAME = "sluice"
ARTIFACTS_BUCKET = "sam-artifacts"  # of our own: `--resolve-s3` would deploy a stack for it first
POLL = "0.2"  # seconds between two looks of `sam deploy`; its default of 5 is meant for AWS
STARTED = ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS")
FAILED = ("CREATE_FAILED", "UPDATE_FAILED", "DELETE_FAILED")

Outputs = dict[str, str]


def deploy(home: Home, what: Build, parameters: dict[str, str] | None = None) -> Outputs:
    """
    Deploy what was built to the home's emulator unless it is there already; return the stack's outputs.

    Raises LocalStackError with what CloudFormation says of the resource that failed.
    """
    endpoint = home.endpoint()
    if endpoint is None:
        raise LocalStackError("The local stack is not running: start it with `sluice up`.")
    wanted = {"build": what.digest(), "parameters": parameters or {}}
    if _deployed(home) != wanted:
        home.deployed_file.unlink(missing_ok=True)
        _deploy(home, endpoint, what, parameters or {})
        home.deployed_file.write_text(json.dumps(wanted))
    return outputs(endpoint)


def outputs(endpoint: Endpoint) -> Outputs:
    """Return the outputs of the deployed stack."""
    stack = client(endpoint, "cloudformation").describe_stacks(StackName=STACK_NAME)["Stacks"][0]
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def _deployed(home: Home) -> dict[str, Any] | None:
    return json.loads(home.deployed_file.read_text()) if home.deployed_file.exists() else None


def _deploy(home: Home, endpoint: Endpoint, what: Build, parameters: dict[str, str]) -> None:
    client(endpoint, "s3").create_bucket(Bucket=ARTIFACTS_BUCKET)
    try:
        logged(
            _command(
                what.built_template, parameters, on_failure="ROLLBACK" if _exists(endpoint) else "DELETE"
            ),
            home.deploy_log,
            cwd=REPOSITORY,
            env=_environment(home, endpoint),
            failure="The deployment failed",
        )
    except LocalStackError as error:
        if reason := _failed_resource(endpoint):
            raise LocalStackError(f"The deployment failed: {reason} ({home.deploy_log})") from error
        raise


def _exists(endpoint: Endpoint) -> bool:
    """Tell whether there is a stack to go back to; one that never came about would only be in the way."""
    try:
        client(endpoint, "cloudformation").describe_stacks(StackName=STACK_NAME)
    except ClientError:
        return False
    return True


def _command(template: Path, parameters: dict[str, str], *, on_failure: str) -> list[str]:
    command = [SAM.required(), "deploy", "--template-file", str(template), "--stack-name", STACK_NAME]
    command += ["--s3-bucket", ARTIFACTS_BUCKET, "--region", REGION, "--on-failure", on_failure]
    command += ["--capabilities", "CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
    command += ["--no-confirm-changeset", "--no-fail-on-empty-changeset", "--no-progressbar"]
    overrides = [f"{name}={value}" for name, value in parameters.items()]
    return [*command, "--parameter-overrides", *overrides] if overrides else command


def _environment(home: Home, endpoint: Endpoint) -> dict[str, str]:
    return environment_of_sam() | {
        "AWS_ENDPOINT_URL": endpoint.url,
        "SAM_CLI_POLL_DELAY": POLL,
        "TMPDIR": str(home.temporary),
    }


def _failed_resource(endpoint: Endpoint) -> str | None:
    """Return what CloudFormation says of the resource that failed first; the others only follow it."""
    try:
        events = client(endpoint, "cloudformation").describe_stack_events(StackName=STACK_NAME)["StackEvents"]
    except (BotoCoreError, ClientError):
        return None
    first = None
    for event in events:  # newest first, those of earlier deployments last
        if event["LogicalResourceId"] == STACK_NAME and event["ResourceStatus"] in STARTED:
            break
        if event["ResourceStatus"] in FAILED and event.get("ResourceStatusReason"):
            first = f"{event['LogicalResourceId']}: {event['ResourceStatusReason']}"
    return first
