"""The template as end-to-end tests deploy it, and the record of what its functions called there."""

from functools import cached_property
from pathlib import Path
from typing import Any

from local import call_log
from local.deploy import STACK_NAME
from tests.privileges import by_aws
from tests.privileges.grants import Use
from tests.privileges.recorded import Record, physical_names
from tests.template.cloudformation import ROOT, parameters_of, read_yaml
from tests.template.names import ACCOUNT, REGION, Names
from tests.template.stack import Stack

TEAMS = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:team-processor"
# What end-to-end tests set; production, since nothing else shifts traffic.
PARAMETERS = parameters_of("production") | {
    "ImageAnalysis": "on",
    "CustomProcessorArn": TEAMS,
    "RemoveResults": "permanently-deleted",
    "MonitoringEnabled": "false",
}

TABLE = ROOT / "build/privileges.json"  # figures of the last full run, for people


class Deployed:
    """The transformed template with every option that end-to-end tests turn on, and the names in it."""

    @cached_property
    def stack(self) -> Stack:
        """Resolved, with the roles whose grants are judged."""
        return Stack.of(read_yaml(ROOT / "template.yaml"), PARAMETERS)

    @cached_property
    def names(self) -> Names:
        """As on the local stack."""
        return Names(self.stack.resolved, STACK_NAME)

    @cached_property
    def by_aws(self) -> set[Use]:
        """What AWS itself does with the roles."""
        return set(by_aws.uses(self.stack, self.names))


def record_of(cloudformation: Any, calls: Path, deployed: Deployed, into: Record) -> Record:
    """Add what was called in one deployment to a record, and return the record."""
    resources = cloudformation.describe_stack_resources(StackName=STACK_NAME)["StackResources"]
    physical = {
        name: each
        for name, each in physical_names(resources).items()
        if name in deployed.stack.resolved["Resources"]
    }
    into.add(call_log.read(calls), physical, deployed.names)
    return into
