"""
What AWS itself does with the template's roles, and the local stack does not ask leave for.

Derived from the transformed template and the state machines' definitions: who polls, writes logs, traces,
delivers what failed, starts executions, shifts traffic. Which actions a service takes for that is from its
documentation, named beside each.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from tests.privileges.grants import Use
from tests.template.cloudformation import Template, target
from tests.template.names import ACCOUNT, REGION, Names
from tests.template.stack import Stack
from tests.template.state_machines import definition_of, machines, states

# https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html, with-ddb.html: execution role permissions
POLLING = {
    "sqs": ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"),
    "dynamodb": ("dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream"),
}
SENDING = {"sqs": "sqs:SendMessage", "sns": "sns:Publish", "states": "states:StartExecution"}
TRACING = ("xray:PutTraceSegments", "xray:PutTelemetryRecords")
# https://docs.aws.amazon.com/step-functions/latest/dg/xray-iam.html
TRACING_EXECUTIONS = (*TRACING, "xray:GetSamplingRules", "xray:GetSamplingTargets")
# https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
DELIVERING_LOGS = tuple(
    f"logs:{verb}"
    for verb in (
        "CreateLogDelivery", "GetLogDelivery", "UpdateLogDelivery", "DeleteLogDelivery", "ListLogDeliveries",
        "PutResourcePolicy", "DescribeResourcePolicies", "DescribeLogGroups",
    )
)  # fmt: skip
# https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
JOINING_A_VPC = tuple(
    f"ec2:{verb}"
    for verb in (
        "AssignPrivateIpAddresses", "CreateNetworkInterface", "DeleteNetworkInterface",
        "DescribeNetworkInterfaces", "DescribeSubnets", "UnassignPrivateIpAddresses",
    )
)  # fmt: skip
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html
REPLICATING = {
    "bucket": ("s3:GetReplicationConfiguration", "s3:ListBucket"),
    "object": (
        "s3:GetObjectVersionForReplication",
        "s3:GetObjectVersionAcl",
        "s3:GetObjectVersionTagging",
    ),
    "replica": ("s3:ReplicateObject", "s3:ReplicateDelete", "s3:ReplicateTags"),
}
_INTEGRATION = re.compile(r"arn:aws:states:::(?:aws-sdk:)?(\w+):(\w+)(?:\.\w+(?::\d)?)?")
_ARN = re.compile(r"arn:aws:[a-z]+:[^'\"\s]+")
_SUBSTITUTION = re.compile(r"\$\{(\w+)\}")
_AN_ID = "6f3a2b1c"


def uses(stack: Stack, names: Names) -> Iterator[Use]:
    """Yield what AWS does with each role of the stack."""
    for each in (_functions, _polling, _failures, _machines, _rules, _releases, _replication):
        yield from each(stack, names)


def _of(role: str, actions: Iterable[str], resource: str = "*") -> Iterator[Use]:
    yield from (Use(role, action, resource) for action in actions)


def _role(value: Any) -> str:
    return target(value) or ""


def _functions(stack: Stack, names: Names) -> Iterator[Use]:
    for function in stack.of_type("AWS::Lambda::Function").values():
        role = _role(function["Role"])
        group = names.arn(_role(function["LoggingConfig"]["LogGroup"])).removesuffix(":*")
        stream = f"{group}:log-stream:{_AN_ID}"
        yield from _of(role, ("logs:CreateLogStream", "logs:PutLogEvents"), stream)
        if function.get("TracingConfig", {}).get("Mode") == "Active":
            yield from _of(role, TRACING)
        if "VpcConfig" in function:
            yield from _of(role, JOINING_A_VPC)


def _functions_role(stack: Stack, reference: Any) -> str:
    """Return the role of the function, or of the alias, that an event source or a destination belongs to."""
    aim = stack.resolved["Resources"][_role(reference)]["Properties"]
    return _role(aim["Role"]) if "Role" in aim else _functions_role(stack, aim["FunctionName"])


def _polling(stack: Stack, names: Names) -> Iterator[Use]:
    for source in stack.of_type("AWS::Lambda::EventSourceMapping").values():
        role = _functions_role(stack, source["FunctionName"])
        arn = names.filled(source["EventSourceArn"])
        service = arn.split(":")[2]
        yield from _of(role, POLLING[service], arn)
        if service == "dynamodb":
            yield Use(role, "dynamodb:ListStreams", arn)
        if failure := source.get("DestinationConfig", {}).get("OnFailure"):
            yield _sending(role, names.filled(failure["Destination"]))


def _failures(stack: Stack, names: Names) -> Iterator[Use]:
    for config in stack.of_type("AWS::Lambda::EventInvokeConfig").values():
        if failure := config.get("DestinationConfig", {}).get("OnFailure"):
            role = _functions_role(stack, config["FunctionName"])
            yield _sending(role, names.filled(failure["Destination"]))


def _sending(role: str, arn: str) -> Use:
    """Step Functions asks for the ARN of the state machine, where its alias is started."""
    service = arn.split(":")[2]
    return Use(role, SENDING[service], arn.removesuffix(":live") if service == "states" else arn)


def _machines(stack: Stack, names: Names) -> Iterator[Use]:
    written = machines(stack.source)
    for name, machine in stack.of_type("AWS::StepFunctions::StateMachine").items():
        role = _role(machine["RoleArn"])
        fill = _substituting(machine.get("DefinitionSubstitutions", {}), names)
        for _, state in states(definition_of(written[name])):
            yield from _of_state(role, state, fill, names.of(name))
        if machine.get("LoggingConfiguration"):
            yield from _of(role, DELIVERING_LOGS)
        if machine.get("TracingConfiguration", {}).get("Enabled"):
            yield from _of(role, TRACING_EXECUTIONS)


def _substituting(given: Mapping[str, Any], names: Names) -> Callable[[str], str]:
    """Return what puts the ARN of the resource in the place of each substitution."""
    arns = {key: names.arn(_role(value)) for key, value in given.items()}
    return lambda text: _SUBSTITUTION.sub(lambda found: arns[found[1]], text)


def _of_state(role: str, state: Template, fill: Callable[[str], str], machine: str) -> Iterator[Use]:
    """Yield what one state does: the call of its integration, or the children of its distributed map."""
    if found := _INTEGRATION.match(state.get("Resource", "")):
        service, verb = found[1], found[2][0].upper() + found[2][1:]
        action = "lambda:InvokeFunction" if service == "lambda" else f"{service}:{verb}"
        for text in state["Arguments"].values():
            for arn in _ARN.findall(fill(text)) if isinstance(text, str) else ():
                yield Use(role, action, arn)
    # https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html
    if state.get("ItemProcessor", {}).get("ProcessorConfig", {}).get("Mode") == "DISTRIBUTED":
        yield Use(role, "states:StartExecution", f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:{machine}")
        execution = f"arn:aws:states:{REGION}:{ACCOUNT}:execution:{machine}"
        for child in (f"{execution}:{_AN_ID}", f"{execution}/{state['Label']}:{_AN_ID}"):
            yield from _of(role, ("states:DescribeExecution", "states:StopExecution"), child)


def _rules(stack: Stack, names: Names) -> Iterator[Use]:
    for rule in stack.of_type("AWS::Events::Rule").values():
        for aim in rule["Targets"]:
            if "RoleArn" in aim:
                yield _sending(_role(aim["RoleArn"]), names.filled(aim["Arn"]))


def _releases(stack: Stack, names: Names) -> Iterator[Use]:
    """What CodeDeploy does: AWSCodeDeployRoleForLambda names the actions."""
    for name, resource in stack.resolved["Resources"].items():
        if not (shift := resource.get("UpdatePolicy", {}).get("CodeDeployLambdaAliasUpdate")):
            continue
        group = stack.of_type("AWS::CodeDeploy::DeploymentGroup")[_role(shift["DeploymentGroupName"])]
        role = _role(group["ServiceRoleArn"])
        yield Use(role, "cloudwatch:DescribeAlarms")
        alias = names.arn(name)
        yield from _of(role, ("lambda:GetAlias", "lambda:UpdateAlias"), alias.rpartition(":")[0])
        yield Use(role, "lambda:GetProvisionedConcurrencyConfig", alias)
        for hook in ("BeforeAllowTrafficHook", "AfterAllowTrafficHook"):
            yield Use(role, "lambda:InvokeFunction", names.arn(_role(shift[hook])))


def _replication(stack: Stack, names: Names) -> Iterator[Use]:
    for name, bucket in stack.of_type("AWS::S3::Bucket").items():
        for rule in bucket.get("ReplicationConfiguration", {}).get("Rules", []):
            role = _role(bucket["ReplicationConfiguration"]["Role"])
            yield from _of(role, REPLICATING["bucket"], names.arn(name))
            yield from _of(role, REPLICATING["object"], f"{names.arn(name)}/a")
            yield from _of(role, REPLICATING["replica"], f"{names.filled(rule['Destination']['Bucket'])}/a")
