"""Which stack the commands talk to: the local one, or one that is deployed on AWS."""

import argparse
import os
from dataclasses import dataclass

import boto3
from botocore.exceptions import ProfileNotFound

from cli.errors import CommandError

STACK_VARIABLE = "SLUICE_STACK"


@dataclass(frozen=True)
class Target:
    """A stack on AWS, by name; without a name, the stack of `sluice up`."""

    stack_name: str | None = None
    profile: str | None = None
    region: str | None = None

    def session(self) -> boto3.Session:
        """Make a session of AWS; raise CommandError for a profile that is not there."""
        try:
            return boto3.Session(profile_name=self.profile, region_name=self.region)
        except ProfileNotFound as error:
            raise CommandError(f"There is no AWS profile {self.profile}.") from error


_chosen = Target()


def chosen() -> Target:
    """Return the target of this command."""
    return _chosen


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments that choose a target; they come before the command."""
    group = parser.add_argument_group("which stack (default: the local one of `sluice up`)")
    group.add_argument(
        "--stack",
        metavar="NAME",
        default=os.environ.get(STACK_VARIABLE),
        help=f"a stack on AWS, also by the variable {STACK_VARIABLE}",
    )
    group.add_argument("--profile", help="the AWS profile to use (default: as for the AWS CLI)")
    group.add_argument("--region", help="the stack's region (default: the profile's)")


def choose(arguments: argparse.Namespace) -> None:
    """Remember what the arguments say; raise CommandError for a profile or region without a stack."""
    global _chosen  # noqa: PLW0603  one command, one target
    if not arguments.stack and (arguments.profile or arguments.region):
        raise CommandError("--profile and --region belong to a stack on AWS: name it with --stack.")
    _chosen = Target(arguments.stack, arguments.profile, arguments.region)
