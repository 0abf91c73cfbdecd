"""A stage can be deployed by its execution role, within its boundary, under names that are its own."""

import re

import pytest

from tests.privileges.deployed import PARAMETERS
from tests.privileges.grants import grants
from tests.template.bootstrap import account, boundary, documents
from tests.template.cloudformation import ROOT, Template, read_yaml
from tests.template.handlers import actions_for
from tests.template.names import ACCOUNT, REGION, Names
from tests.template.policies import Request, allows, as_list, statements
from tests.template.stack import Stack
from tests.template.test_options import ALL_ON, REPLICA

# What an execution role serves: the types of the templates, with every option.
SERVED = {
    f"AWS::{name}"
    for name in [
        "ApiGatewayV2::Api",
        "ApiGatewayV2::Authorizer",
        "ApiGatewayV2::Integration",
        "ApiGatewayV2::Route",
        "ApiGatewayV2::Stage",
        "Chatbot::SlackChannelConfiguration",
        "CloudFormation::Stack",
        "CloudWatch::Alarm",
        "CloudWatch::CompositeAlarm",
        "CloudWatch::Dashboard",
        "CodeDeploy::Application",
        "CodeDeploy::DeploymentGroup",
        "DynamoDB::Table",
        "Events::EventBus",
        "Events::Rule",
        "IAM::Role",
        "KMS::Alias",
        "KMS::Key",
        "Lambda::Alias",
        "Lambda::EventInvokeConfig",
        "Lambda::EventSourceMapping",
        "Lambda::Function",
        "Lambda::LayerVersion",
        "Lambda::Permission",
        "Lambda::Version",
        "Logs::LogGroup",
        "Logs::QueryDefinition",
        "Logs::SubscriptionFilter",
        "S3::Bucket",
        "S3::BucketPolicy",
        "SNS::Subscription",
        "SNS::Topic",
        "SNS::TopicPolicy",
        "SQS::Queue",
        "SQS::QueuePolicy",
        "SSM::Parameter",
        "StepFunctions::StateMachine",
        "StepFunctions::StateMachineAlias",
        "StepFunctions::StateMachineVersion",
    ]
}
CUSTOM = {"Custom::GoldenExecutions"}  # what invokes `check_release`
# Actions of handlers that this project's resources never lead to, by what they would be for.
NOT_NEEDED = {
    "tables in buckets": r"s3tables:.*|s3:(Create|Delete|Update)BucketMetadata\w+",
    "websites, inventories, object locks and ACLs": r"s3:\w+Bucket(Website|Acl|Abac|ObjectLock\w+)"
    r"|s3:Put(Analytics|IntelligentTiering|Inventory|Metrics|ObjectLock)Configuration|s3:PutObjectAcl",
    "names of operations that are no actions": r"s3:(DeleteBucket(AnalyticsConfiguration|Cors|Encryption"
    r"|Lifecycle|MetricsConfiguration|Replication)|PutBucketReplication|REST.PUT.OBJECT|GetObjectMetadata)"
    r"|kms:ReEncrypt|apigateway:(Tag|Untag)Resource|s3:DeleteBucketTagging",
    "data, which no deployment touches": r"s3:DeleteObject"
    r"|dynamodb:(BatchWriteItem|DeleteItem|GetItem|PutItem|Query|Scan|UpdateItem)",
    "replicas, imports and streams of tables": r"dynamodb:\w*(Replica|Import\w*|KinesisStreamingDestination)"
    r"|dynamodb:(Put|Delete)ResourcePolicy|kinesis:.*|logs:(CreateLogStream|DescribeLogStreams|PutLogEvents)",
    "file systems": r"elasticfilesystem:.*|s3files:.*",
    "code signing, capacity providers and runtime aliases": r"lambda:\w*(CodeSigning|CapacityProvider"
    r"|ScalingConfig|RuntimeAlias)\w*",
    "managed policies on roles; the boundary is put on, never taken off": r"iam:(Attach|Detach)RolePolicy"
    r"|iam:DeleteRolePermissionsBoundary",
    "roles of services, made by a person once": r"iam:CreateServiceLinkedRole",
    "machines outside AWS": r"codedeploy:RegisterOnPremisesInstance",
    "other accounts on the bus": r"events:(Put|Remove)Permission|kms:(ReEncrypt\w+|GenerateDataKeyWith\w+)",
    "data protection, indexes and deliveries of logs": r"firehose:.*|sns:PutDataProtectionPolicy"
    r"|logs:(Put|Delete)(BearerToken|DataProtection|Index|LogGroupDeletion|ResourcePolicy)\w*",
    "protection of nested stacks": r"cloudformation:(SetStackPolicy|UpdateTerminationProtection)",
}
# Granted beyond the handlers, and why.
BEYOND = {
    "iam:ListRoleTags": "the registry's tagging handler",
    "cloudformation:DescribeStackEvents": "what CloudFormation shows of a nested stack",
    "cloudformation:GetTemplateSummary": "parameters of a nested template",
    "lambda:InvokeFunction": "CloudFormation invokes the function of a custom resource with this role",
    "logs:DeleteLogDelivery": "logs of state machines and APIs: both docs name all of these",
    "logs:GetLogDelivery": "likewise",
    "logs:ListLogDeliveries": "likewise",
    "logs:UpdateLogDelivery": "likewise",
}


# Values that bring every resource and every grant of the template about.
EVERYTHING = (
    PARAMETERS
    | ALL_ON
    | REPLICA
    | {
        "MonitoringEnabled": "true",
        "ApiJwtIssuer": "https://issuer.example.com/",
        "NotificationEmail": "files@example.com",
        "CustomProcessorArn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:sluice-production-team",
        "CustomProcessorImageUri": f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/sluice:team",
    }
)


@pytest.fixture(scope="module")
def everything(written: Template) -> Stack:
    """Production with every option."""
    return Stack.of(written, EVERYTHING)


@pytest.fixture(scope="module")
def nested() -> list[Template]:
    """The templates of nested stacks, transformed."""
    given = {
        "monitoring": {
            "Stage": "production",
            "SlackWorkspaceId": "T1",
            "SlackChannelId": "C1",
            "LogDestinationArn": "d",
        }
    }
    names = ("monitoring", "container_processor")
    return [
        Stack.of(read_yaml(ROOT / f"templates/{name}.yaml"), given.get(name, {})).resolved for name in names
    ]


@pytest.fixture(scope="module")
def bootstrap() -> Template:
    """The bootstrap of one account, every name filled."""
    return account()


def granted(bootstrap: Template) -> set[str]:
    """Return every action that the execution role of production has."""
    return {
        action
        for statement in statements(documents(bootstrap, "productionExecutionRole"))
        if statement["Effect"] == "Allow"
        for action in as_list(statement["Action"])
    }


def is_needed(action: str) -> bool:
    """Tell whether no reason lets the action be left out."""
    return not any(re.fullmatch(pattern, action, re.IGNORECASE) for pattern in NOT_NEEDED.values())


def test_exactly_the_types_of_the_templates_are_served(everything: Stack, nested: list[Template]) -> None:
    """A new type of resource needs its actions in the bootstrap, and its name here."""
    templates = [everything.resolved, *nested]
    types = {resource["Type"] for template in templates for resource in template["Resources"].values()}

    assert types == SERVED | CUSTOM


@pytest.mark.parametrize("resource_type", sorted(SERVED))
def test_the_execution_role_has_what_the_handlers_need(resource_type: str, bootstrap: Template) -> None:
    """By the registry of CloudFormation, but for what is left out with a reason."""
    has = {action.lower() for action in granted(bootstrap)}
    lacks = {
        action for action in actions_for(resource_type) if action.lower() not in has and is_needed(action)
    }

    assert lacks == set()


def test_the_execution_role_has_nothing_that_no_handler_needs(bootstrap: Template) -> None:
    """But for what is granted with a reason."""
    needed = {action.lower() for kind in SERVED for action in actions_for(kind)}
    beyond = {action for action in granted(bootstrap) if action.lower() not in needed}

    assert beyond == BEYOND.keys()


def test_every_reason_to_leave_an_action_out_is_used() -> None:
    """A pattern that matches nothing would hide the next one."""
    needed = {action for kind in SERVED for action in actions_for(kind)}

    for reason, pattern in NOT_NEEDED.items():
        assert any(re.fullmatch(pattern, action, re.IGNORECASE) for action in needed), reason


CREATE = {
    "AWS::CloudWatch::Alarm": "cloudwatch:PutMetricAlarm",
    "AWS::CloudWatch::Dashboard": "cloudwatch:PutDashboard",
    "AWS::CodeDeploy::Application": "codedeploy:CreateApplication",
    "AWS::DynamoDB::Table": "dynamodb:CreateTable",
    "AWS::Events::EventBus": "events:CreateEventBus",
    "AWS::Events::Rule": "events:PutRule",
    "AWS::IAM::Role": "iam:DeleteRole",
    "AWS::Lambda::Function": "lambda:CreateFunction",
    "AWS::Lambda::LayerVersion": "lambda:PublishLayerVersion",
    "AWS::Logs::LogGroup": "logs:CreateLogGroup",
    "AWS::S3::Bucket": "s3:CreateBucket",
    "AWS::SNS::Topic": "sns:CreateTopic",
    "AWS::SQS::Queue": "sqs:CreateQueue",
    "AWS::StepFunctions::StateMachine": "states:CreateStateMachine",
}


def test_every_resource_has_a_name_of_its_stage(stack: Stack, bootstrap: Template) -> None:
    """A state machine or a layer without a name given has one without the stack's, which no role reaches."""
    names = Names(stack.resolved, "sluice-production")
    execution = documents(bootstrap, "productionExecutionRole")
    unreachable = [
        names.arn(name)
        for name, resource in stack.resolved["Resources"].items()
        if resource["Type"] in CREATE
        and not allows(execution, Request(CREATE[resource["Type"]], names.arn(name).removesuffix(":*")))
    ]

    assert unreachable == []


def test_the_boundary_lets_every_role_do_what_it_may(everything: Stack, bootstrap: Template) -> None:
    """What `${Stage}Boundary` in templates/bootstrap.yaml lacks would be denied on AWS and nowhere else."""
    edge = boundary(bootstrap, "production")
    tags = {"aws:ResourceTag/stage": "production"}

    assert [] == [
        f"{grant.role}: {grant.action} on {grant.resource}"
        for grant, _ in grants(Names(everything.resolved, "sluice-production"))
        if grant.resource.startswith(("arn:", "*"))  # and is no output of a nested stack
        and not allows([edge], Request(grant.action, grant.resource, tags))
    ]


def test_the_boundary_allows_no_action_that_no_role_has(
    everything: Stack, nested: list[Template], bootstrap: Template
) -> None:
    """Nor is one left that some role had once: who can change roles could take it up again."""
    edge = boundary(bootstrap, "production")
    templates = [everything.resolved, *nested]
    granted = {grant.action for template in templates for grant, _ in grants(Names(template, "sluice"))}

    granted |= {"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"}  # which the policies of keys grant

    assert {action for each in statements([edge]) for action in as_list(each["Action"])} == granted


def test_every_role_takes_the_boundary_from_the_parameter(stack: Stack) -> None:
    """Without it CloudFormation may not make the role in an account with the bootstrap."""
    wanted = {
        "Fn::If": ["HasPermissionsBoundary", {"Ref": "PermissionsBoundaryArn"}, {"Ref": "AWS::NoValue"}]
    }
    roles = {
        name: resource["Properties"]
        for name, resource in stack.transformed["Resources"].items()
        if resource["Type"] == "AWS::IAM::Role"
    }

    assert roles
    assert [] == [name for name, role in roles.items() if role.get("PermissionsBoundary") != wanted]
