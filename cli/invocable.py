"""A template by which `sam local invoke` runs the functions that were built, as a stack has them."""

from pathlib import Path
from typing import Any

from cli.diagnosis import Patient
from cli.errors import CommandError
from local.build import architecture

Template = dict[str, Any]

LAYER = "CoreLayer"
ENDPOINT = "AWS_ENDPOINT_URL"
TAKEN = ("Handler", "Runtime", "MemorySize", "Timeout")


def invocable(patient: Patient, built: Path, endpoint: str | None) -> Template:
    """
    Return the template: each function with the variables, memory and time that it has in the stack.

    SAM passes only variables that a template declares, so that the endpoint of a local stack has to be one of
    them. Raises CommandError for a function or layer that is not in the folder *built*.
    """
    resources: Template = {LAYER: _layer(built)}
    functions = patient.client("lambda")
    for name, physical in sorted(patient.of("AWS::Lambda::Function").items()):
        if (found := functions.get_function_configuration(FunctionName=physical))["PackageType"] == "Zip":
            resources[name] = _function(_folder(built, name), found, endpoint)
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Transform": "AWS::Serverless-2016-10-31",
        "Resources": resources,
    }


def _function(code: Path, found: Template, endpoint: str | None) -> Template:
    variables = dict(found.get("Environment", {}).get("Variables", {}))
    if endpoint:
        variables[ENDPOINT] = endpoint
    properties = {name: found[name] for name in TAKEN} | {
        "CodeUri": code.name,
        "Architectures": [architecture()],
        "Layers": [{"Ref": LAYER}],
        "Environment": {"Variables": variables},
    }
    return {"Type": "AWS::Serverless::Function", "Properties": properties}


def _layer(built: Path) -> Template:
    properties = {"ContentUri": _folder(built, LAYER).name, "CompatibleRuntimes": ["python3.13"]}
    return {"Type": "AWS::Serverless::LayerVersion", "Properties": properties}


def _folder(built: Path, name: str) -> Path:
    if not (folder := built / name).is_dir():
        raise CommandError(f"{name} is not in {built}: `make build ARCH={architecture()}` builds it.")
    return folder
