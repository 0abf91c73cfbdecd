"""What `check_release` is made of."""

import time

import boto3
from botocore.config import Config

from sluice.aws.golden_executions import CustomResourceAnswers, StepFunctionsMachines
from sluice.aws.release import CodeDeployDeployments, LambdaVersions, OutboxBench
from sluice.observability import FunctionJournal
from sluice.release.checking import ReleaseChecker
from sluice.release.executing import MachineChecker
from sluice.settings.release import CheckReleaseSettings
from sluice.wiring.clients import client


def release_checker(settings: CheckReleaseSettings) -> ReleaseChecker:
    """Return what `check_release` checks versions with."""
    # A version under check may take its whole timeout, and is not to be invoked twice for it.
    patient = Config(retries={"max_attempts": 0}, read_timeout=120, connect_timeout=5)
    return ReleaseChecker(
        stack_name=settings.stack_name,
        versions=LambdaVersions(boto3.client("lambda", config=patient)),
        bench=_bench(settings),
        deployments=CodeDeployDeployments(client("codedeploy")),
        journal=FunctionJournal(),
        sleep=time.sleep,
    )


def machine_checker(settings: CheckReleaseSettings) -> MachineChecker:
    """Return what `check_release` checks versions of state machines with."""
    return MachineChecker(
        machines=StepFunctionsMachines(client("stepfunctions")),
        bench=_bench(settings),
        answers=CustomResourceAnswers(),
        journal=FunctionJournal(),
        clock=time.monotonic,
        sleep=time.sleep,
    )


def _bench(settings: CheckReleaseSettings) -> OutboxBench:
    return OutboxBench(client("s3"), settings.outbox_bucket, client("dynamodb"), settings.catalogue_table)
