"""templates/bootstrap.yaml as CloudFormation would see it: its loop unrolled, its names filled."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tests.template.cloudformation import ROOT, Template, read_yaml
from tests.template.names import Names
from tests.template.stack import PSEUDO_PARAMETERS, Resolver

STAGES = ("staging", "production")
SUBJECT = "repo:acme@1234/sluice@5678"
GIVEN = {"RepositorySubject": SUBJECT, "RepositoryId": "5678"}


def account(**given: str) -> Template:
    """Return the bootstrap with these parameters, every value of it filled."""
    template = unrolled(read_yaml(ROOT / "templates/bootstrap.yaml"))
    for name, value in (GIVEN | given).items():
        template["Parameters"][name]["Default"] = value
    values = {name: spec.get("Default", "") for name, spec in template["Parameters"].items()}
    resolved = Resolver(template, values | PSEUDO_PARAMETERS).template()
    names = Names(resolved, "sluice-bootstrap")
    return {**resolved, "Resources": names.filled(resolved["Resources"])}


def unrolled(template: Template) -> Template:
    """Return *template* with every Fn::ForEach in its resources done, as AWS::LanguageExtensions does it."""
    return {**template, "Resources": dict(_resources(template["Resources"]))}


def _resources(resources: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in resources.items():
        if not key.startswith("Fn::ForEach::"):
            yield key, value
            continue
        identifier, collection, fragment = value
        for item in collection:
            yield from json.loads(json.dumps(fragment).replace(f"${{{identifier}}}", item)).items()


def documents(template: Template, role: str) -> list[Mapping[str, Any]]:
    """Return all policy documents of a role by its logical id: its own, and those attached to it."""
    properties = template["Resources"][role]["Properties"]
    attached = [
        policy["PolicyDocument"]
        for policy in (resource.get("Properties", {}) for resource in template["Resources"].values())
        if any(
            arn.endswith(f"/{policy.get('ManagedPolicyName')}")
            for arn in properties.get("ManagedPolicyArns", [])
        )
    ]
    return [policy["PolicyDocument"] for policy in properties["Policies"]] + attached


def boundary(template: Template, stage: str) -> Mapping[str, Any]:
    """Return the document of a stage's permissions boundary."""
    return template["Resources"][f"{stage}Boundary"]["Properties"]["PolicyDocument"]
