"""The names and ARNs that CloudFormation would give to the resources of a template."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.template.cloudformation import Template
from tests.template.stack import PSEUDO_PARAMETERS

REGION, ACCOUNT = PSEUDO_PARAMETERS["AWS::Region"], PSEUDO_PARAMETERS["AWS::AccountId"]
_HERE = f"{REGION}:{ACCOUNT}"
_RANDOM = "1A2B3C4D5E6F"  # CloudFormation's suffix
# How the ARN of a resource is made of its name; for a type that is not here it is not known.
_ARNS = {
    "AWS::CloudWatch::Alarm": f"arn:aws:cloudwatch:{_HERE}:alarm:{{}}",
    "AWS::CloudWatch::CompositeAlarm": f"arn:aws:cloudwatch:{_HERE}:alarm:{{}}",
    "AWS::CloudWatch::Dashboard": f"arn:aws:cloudwatch::{ACCOUNT}:dashboard/{{}}",
    "AWS::CodeDeploy::Application": f"arn:aws:codedeploy:{_HERE}:application:{{}}",
    "AWS::CodeDeploy::DeploymentGroup": f"arn:aws:codedeploy:{_HERE}:deploymentgroup:{{}}",
    "AWS::DynamoDB::Table": f"arn:aws:dynamodb:{_HERE}:table/{{}}",
    "AWS::ECR::Repository": f"arn:aws:ecr:{_HERE}:repository/{{}}",
    "AWS::Events::EventBus": f"arn:aws:events:{_HERE}:event-bus/{{}}",
    "AWS::Events::Rule": f"arn:aws:events:{_HERE}:rule/{{}}",
    "AWS::IAM::ManagedPolicy": f"arn:aws:iam::{ACCOUNT}:policy/{{}}",
    "AWS::IAM::Role": f"arn:aws:iam::{ACCOUNT}:role/{{}}",
    "AWS::KMS::Alias": f"arn:aws:kms:{_HERE}:{{}}",
    "AWS::KMS::Key": f"arn:aws:kms:{_HERE}:key/{{}}",
    "AWS::Lambda::Function": f"arn:aws:lambda:{_HERE}:function:{{}}",
    "AWS::Lambda::LayerVersion": f"arn:aws:lambda:{_HERE}:layer:{{}}:1",
    "AWS::Logs::LogGroup": f"arn:aws:logs:{_HERE}:log-group:{{}}:*",
    "AWS::S3::Bucket": "arn:aws:s3:::{}",
    "AWS::SNS::Topic": f"arn:aws:sns:{_HERE}:{{}}",
    "AWS::SQS::Queue": f"arn:aws:sqs:{_HERE}:{{}}",
    "AWS::SSM::Parameter": f"arn:aws:ssm:{_HERE}:parameter{{}}",
    "AWS::Scheduler::Schedule": f"arn:aws:scheduler:{_HERE}:schedule/default/{{}}",
    "AWS::SecretsManager::Secret": f"arn:aws:secretsmanager:{_HERE}:secret:{{}}-AbCdEf",
    "AWS::StepFunctions::StateMachine": f"arn:aws:states:{_HERE}:stateMachine:{{}}",
}
# The property that names a resource where the template does not leave that to CloudFormation.
_NAMED_BY = (
    "AlarmName", "BucketName", "DashboardName", "FunctionName", "LayerName", "LogGroupName",
    "ManagedPolicyName", "Name", "QueueName", "RepositoryName", "RoleName", "StateMachineName",
    "TableName", "TopicName", "AliasName", "ApplicationName",
)  # fmt: skip
# What Ref returns where that is not the name.
_REF_IS_ARN = {
    "AWS::IAM::ManagedPolicy", "AWS::Lambda::LayerVersion", "AWS::SNS::Topic", "AWS::SecretsManager::Secret",
    "AWS::StepFunctions::StateMachine", "AWS::StepFunctions::StateMachineAlias",
    "AWS::StepFunctions::StateMachineVersion",
}  # fmt: skip
# Types whose generated name lacks the stack's: two stages would not be told apart by it.
_NAMED_WITHOUT_STACK = {"AWS::StepFunctions::StateMachine", "AWS::Lambda::LayerVersion", "AWS::KMS::Key"}


@dataclass(frozen=True)
class Names:
    """Fills what depends on resources in one template, as deployed under one name."""

    template: Template
    """Resolved: parameters, mappings and conditions evaluated (Stack.resolved)."""
    stack_name: str

    def of(self, logical_id: str) -> str:
        """Return the physical name of a resource."""
        resource = self.template["Resources"][logical_id]
        properties = resource.get("Properties", {})
        given = next((properties[key] for key in _NAMED_BY if key in properties), None)
        if given and resource["Type"] not in ("AWS::Lambda::Alias", "AWS::CodeDeploy::DeploymentGroup"):
            return str(self.filled(given))
        if resource["Type"] in _NAMED_WITHOUT_STACK:
            return f"{logical_id}-{_RANDOM}"
        name = f"{self.stack_name}-{logical_id}-{_RANDOM}"
        return name.lower() if resource["Type"] == "AWS::S3::Bucket" else name

    def arn(self, logical_id: str) -> str:
        """Return the ARN of a resource; of one whose type has none here, its name."""
        resource = self.template["Resources"][logical_id]
        if resource["Type"] == "AWS::Lambda::Alias":
            return f"{self.filled(self._arn_of(resource['Properties']['FunctionName']))}:live"
        if resource["Type"] == "AWS::Lambda::Version":
            return f"{self._arn_of(resource['Properties']['FunctionName'])}:1"
        if resource["Type"] == "AWS::StepFunctions::StateMachineVersion":
            return f"{self._arn_of(resource['Properties']['StateMachineArn'])}:1"
        if resource["Type"] == "AWS::StepFunctions::StateMachineAlias":
            version = self.filled(resource["Properties"]["DeploymentPreference"]["StateMachineVersionArn"])
            return f"{version.rpartition(':')[0]}:live"
        if resource["Type"] == "Custom::GoldenExecutions":
            return self._arn_of(resource["Properties"]["Version"])
        return _ARNS.get(resource["Type"], "{}").format(self.of(logical_id))

    def _arn_of(self, reference: Mapping[str, Any]) -> str:
        return self.arn(reference["Ref"])

    def filled(self, value: Any) -> Any:
        """Return *value* with every Ref, GetAtt, Sub and Join replaced by its text."""
        if isinstance(value, list):
            return [self.filled(item) for item in value]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            ((function, given),) = value.items()
            fills = {
                "Ref": self._ref,
                "Fn::GetAtt": self._get_att,
                "Fn::Sub": self._sub,
                "Fn::Join": self._join,
            }
            if fill := fills.get(function):
                return fill(given)
        return {key: self.filled(item) for key, item in value.items()}

    def _ref(self, given: Any) -> str:
        name = self.filled(given)
        if name not in self.template["Resources"]:
            return {"AWS::StackName": self.stack_name}.get(name) or self._parameter(name)
        kind = self.template["Resources"][name]["Type"]
        by_arn = kind in _REF_IS_ARN or kind in ("AWS::Lambda::Alias", "AWS::Lambda::Version")
        return self.arn(name) if by_arn else self.of(name)

    def _parameter(self, name: str) -> str:
        return PSEUDO_PARAMETERS.get(name) or str(self.template["Parameters"][name].get("Default", ""))

    def _get_att(self, given: Any) -> str:
        name, attribute = given if isinstance(given, list) else given.split(".", 1)
        if attribute == "StreamArn":
            return f"{self.arn(name)}/stream/2026-01-01T00:00:00.000"
        return self.arn(name) if attribute in ("Arn", "Version") and self._has_arn(name) else self.of(name)

    def _has_arn(self, logical_id: str) -> bool:
        """Tell a state machine's version from a function's, whose attribute is a number."""
        return self.template["Resources"][logical_id]["Type"] != "AWS::Lambda::Version"

    def _sub(self, given: Any) -> str:
        text, own = given if isinstance(given, list) else (given, {})
        own = self.filled(own)

        def fill(found: re.Match[str]) -> str:
            name = found[1]
            if name in own:
                return str(own[name])
            return self._get_att(name) if "." in name else self._ref(name)

        return re.sub(r"\$\{([^!}]+)\}", fill, text)

    def _join(self, given: Any) -> str:
        separator, parts = given
        return separator.join(map(str, self.filled(parts)))
