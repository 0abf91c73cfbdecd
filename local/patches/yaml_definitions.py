"""
A state machine's definition may be written in YAML.

Stock: a definition is read as JSON; one in YAML deploys and then fails every execution.
AWS: CloudFormation reads a definition file in YAML, and the state machine keeps JSON.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachine.html
"""

import json
from typing import Any

import yaml
from ministack.services.cloudformation import provisioners

from local.patches.replacing import wrap


def apply() -> None:
    """Turn the definition into JSON after its substitutions."""
    wrap(provisioners, "_sfn_definition", lambda read: lambda props: _as_json(read(props)))


def _as_json(definition: Any) -> Any:
    try:
        json.loads(definition)
    except ValueError:
        return json.dumps(yaml.safe_load(definition))
    return definition
