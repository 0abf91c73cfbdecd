"""Talks to a deployed stack."""

from collections.abc import Iterator

from cli.diagnosis import Patient
from cli.stack.address import as_sentences
from cli.stack.functions import Functions
from cli.stack.objects import Objects
from cli.stack.use_cases import UseCases


class StackClient(UseCases, Objects, Functions):
    """One deployed stack: its buckets, queues, functions and catalogue, found by its outputs."""

    def patient(self) -> Patient:
        """Return the stack as `sluice doctor` looks at it, nested stacks included."""
        resources: dict[str, dict[str, str]] = {}
        with as_sentences(self._address):
            for kind, name, physical in self._resources(self._address.stack_name):
                resources.setdefault(kind, {})[name] = physical
        return Patient(self.outputs, resources, self._address.client, emulated=self.endpoint_url is not None)

    def _resources(self, stack_name: str) -> Iterator[tuple[str, str, str]]:
        pages = self._address.client("cloudformation").get_paginator("list_stack_resources")
        for page in pages.paginate(StackName=stack_name):
            for resource in page["StackResourceSummaries"]:
                physical = resource.get("PhysicalResourceId", "")
                if resource["ResourceType"] == "AWS::CloudFormation::Stack":
                    yield from self._resources(physical)
                yield resource["ResourceType"], resource["LogicalResourceId"], physical
