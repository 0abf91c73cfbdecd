"""Each option does what it says in the transformed template, and nothing while it is off."""

import re
from typing import Any

import pytest

from tests.template import linting
from tests.template.bootstrap import account, documents
from tests.template.cloudformation import Template, parameters_of, target
from tests.template.names import ACCOUNT, REGION, Names
from tests.template.policies import Request, allows
from tests.template.stack import Stack

LAYER = "arn:aws:lambda:eu-central-1:464622532012:layer:Agent:7"
SECOND_LAYER = "arn:aws:lambda:eu-central-1:464622532012:layer:Agent-Python:11"
ALL_ON = {
    "SubnetIds": "subnet-0a1b2c3d,subnet-0b1c2d3e",
    "SecurityGroupIds": "sg-0a1b2c3d",
    "CustomerKeyEnabled": "true",
    "ProvisionedConcurrency": "2",
    "TransferAcceleration": "true",
    "AccessLogsBucket": "acme-access-logs",
    "ExtensionLayerArn": LAYER,
    "SecondExtensionLayerArn": SECOND_LAYER,
    "LogDestinationArn": f"arn:aws:logs:{REGION}:{ACCOUNT}:destination:elsewhere",
    "MalwareScanRoleArn": f"arn:aws:iam::{ACCOUNT}:role/malware-scans",
}
REPLICA = {"ReplicaBucketArn": "arn:aws:s3:::sluice-production-replica"}  # excludes the key
EXISTING = f"arn:aws:iam::{ACCOUNT}:role/LabRole"
PROCESSORS = {"ProfileCsvFunction", "ProcessImageFunction", "InspectFileFunction"}


@pytest.fixture(scope="module")
def on(written: Template) -> Stack:
    """The production stack with every option that does not exclude another."""
    return Stack.of(written, parameters_of("production") | ALL_ON)


@pytest.fixture(scope="module")
def replicated(written: Template) -> Stack:
    """The production stack whose inbox is copied, with every option that does not exclude it."""
    return Stack.of(written, parameters_of("production") | ALL_ON | REPLICA | {"CustomerKeyEnabled": "false"})


@pytest.fixture(scope="module")
def off(written: Template) -> Stack:
    """The production stack as it comes."""
    return Stack.of(written, parameters_of("production"))


@pytest.fixture(scope="module")
def shared(written: Template) -> Stack:
    """The stack of an account in which no role may be made."""
    return Stack.of(written, parameters_of("dev") | {"ExistingRoleArn": EXISTING})


def properties(stack: Stack, kind: str, name: str) -> dict[str, Any]:
    """Return the properties of one resource."""
    return stack.of_type(kind)[name]


def is_key(value: Any) -> bool:
    """Tell whether *value* is the stack's own key."""
    return value == {"Fn::GetAtt": ["CustomerKey", "Arn"]}


def test_every_option_is_off_by_default(written: Template, off: Stack) -> None:
    """No key, no VPC, no replica, nothing that costs or needs what an account may not have."""
    options = [*ALL_ON, *REPLICA, "ExistingRoleArn"]
    defaults = {name: str(written["Parameters"][name]["Default"]) for name in options}

    assert set(defaults.values()) <= {"", "false", "0"}
    assert not {"CustomerKey", "ReplicationRole"} & off.resolved["Resources"].keys()
    for function in off.of_type("AWS::Lambda::Function").values():
        assert "VpcConfig" not in function
        assert len(function["Layers"]) == 1
    assert (
        not {"AccelerateConfiguration", "ReplicationConfiguration", "LoggingConfiguration"}
        & properties(off, "AWS::S3::Bucket", "Inbox").keys()
    )


def test_the_linter_has_no_findings_with_every_option(on: Stack) -> None:
    """In the transformed template, where policies and circles show."""
    assert [] == linting.findings(on.transformed)


def test_a_vpc_takes_every_function_in(on: Stack, off: Stack) -> None:
    """
    With the rights that Lambda needs for it, in each function's role itself, and in no other.

    A policy beside the roles would come too late: Lambda looks for the rights when it makes the function.
    """
    functions = on.of_type("AWS::Lambda::Function")
    wanted = {name: ALL_ON[name] for name in ("SubnetIds", "SecurityGroupIds")}
    roles = {target(function["Role"]) for function in functions.values()}

    def may_join(stack: Stack) -> set[str]:
        roles = stack.of_type("AWS::IAM::Role")
        return {name for name, role in roles.items() if "ec2:CreateNetworkInterface" in str(role["Policies"])}

    assert [wanted] * len(functions) == [function["VpcConfig"] for function in functions.values()]
    assert (may_join(on), may_join(off)) == (roles, set())


def test_a_key_of_ones_own_encrypts_whatever_is_kept(on: Stack) -> None:
    """Every bucket, queue, table, topic and log group; a new one fails here until it says so, too."""
    for name, queue in on.of_type("AWS::SQS::Queue").items():
        assert is_key(queue.get("KmsMasterKeyId")), name
        assert "SqsManagedSseEnabled" not in queue, name
    for name, bucket in on.of_type("AWS::S3::Bucket").items():
        (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert is_key(rule["ServerSideEncryptionByDefault"].get("KMSMasterKeyID")), name
        assert rule["BucketKeyEnabled"] is True, name
    for name, table in on.of_type("AWS::DynamoDB::Table").items():
        assert is_key(table["SSESpecification"].get("KMSMasterKeyId")), name
    for name, topic in on.of_type("AWS::SNS::Topic").items():
        assert is_key(topic.get("KmsMasterKeyId")), name
    for name, group in on.of_type("AWS::Logs::LogGroup").items():
        assert is_key(group.get("KmsKeyId")), name
    assert is_key(properties(on, "AWS::CloudFormation::Stack", "Monitoring")["Parameters"]["KmsKeyArn"])


def test_the_key_is_kept_and_rotated(on: Stack) -> None:
    """What it encrypted cannot be read without it."""
    key = on.attributes("CustomerKey")

    assert ("Retain", "Retain") == (key["DeletionPolicy"], key["UpdateReplacePolicy"])
    assert key["Properties"]["EnableKeyRotation"] is True


def test_the_key_lets_deliveries_and_logs_through(on: Stack) -> None:
    """Events, topics and alarms of this account; logs of this stack's groups alone."""
    names = Names(on.resolved, "sluice-production")
    policy = names.filled(properties(on, "AWS::KMS::Key", "CustomerKey")["KeyPolicy"])
    by_sid = {statement["Sid"]: statement for statement in policy["Statement"]}

    assert set(by_sid["Deliveries"]["Principal"]["Service"]) == {
        "events.amazonaws.com",
        "sns.amazonaws.com",
        "cloudwatch.amazonaws.com",
    }
    assert set(by_sid["Deliveries"]["Action"]) == {"kms:Decrypt", "kms:GenerateDataKey"}
    assert by_sid["Deliveries"]["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
    groups = {names.arn(name).removesuffix(":*") for name in on.of_type("AWS::Logs::LogGroup")}
    for group in groups:
        context = {"kms:EncryptionContext:aws:logs:arn": group}
        assert allows([{"Statement": [by_sid["Logs"]]}], Request("kms:Encrypt", "*", context)), group
    elsewhere = {"kms:EncryptionContext:aws:logs:arn": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/payroll"}
    assert not allows([{"Statement": [by_sid["Logs"]]}], Request("kms:Encrypt", "*", elsewhere))


def test_every_role_of_the_stack_may_use_the_key_as_soon_as_it_is_there(on: Stack) -> None:
    """
    By the key's own policy, and no other role.

    What is encrypted is changed before roles are, which name it: rights of theirs would come minutes late.
    The container's role is in a nested stack, whose name begins with the stack's.
    """
    names = Names(on.resolved, "sluice-production")
    policy = names.filled(properties(on, "AWS::KMS::Key", "CustomerKey")["KeyPolicy"])
    [given] = [each for each in policy["Statement"] if each["Sid"] == "RolesOfThisStack"]
    roles = {names.arn(name) for name in on.of_type("AWS::IAM::Role")}
    container = f"arn:aws:iam::{ACCOUNT}:role/sluice-production-Contai-ProcessorRole-1A2B3C4D5E6F"

    def may(action: str, role: str, account: str = ACCOUNT) -> bool:
        context = {"aws:PrincipalArn": role, "kms:CallerAccount": account}
        return allows([{"Statement": [given]}], Request(action, "*", context))

    assert roles
    for role in (*roles, container):
        assert may("kms:Decrypt", role), role
        assert may("kms:GenerateDataKey", role), role
    assert not may("kms:Decrypt", f"arn:aws:iam::{ACCOUNT}:role/sluice-staging-DispatchRole-1A2B3C4D5E6F")
    assert not may("kms:Decrypt", min(roles), account="999999999999")
    assert not may("kms:ScheduleKeyDeletion", min(roles))


def test_the_key_and_the_replica_exclude_each_other(written: Template) -> None:
    """S3 copies nothing that is encrypted by a key unless it is told another one in the other Region."""
    rule = written["Rules"]["CopiesAreReadable"]

    assert rule["RuleCondition"] == {"Fn::Equals": [{"Ref": "CustomerKeyEnabled"}, "true"]}
    assert [each["Assert"] for each in rule["Assertions"]] == [
        {"Fn::Equals": [{"Ref": "ReplicaBucketArn"}, ""]}
    ]


def test_processors_are_kept_warm(on: Stack) -> None:
    """By their alias; short functions are not worth it."""
    aliases = on.of_type("AWS::Lambda::Alias").values()
    warm = {target(alias["FunctionName"]) for alias in aliases if "ProvisionedConcurrencyConfig" in alias}

    assert warm == PROCESSORS


def test_uploads_are_accelerated_copied_and_logged(replicated: Stack) -> None:
    """At the inbox; results are logged, too."""
    inbox = properties(replicated, "AWS::S3::Bucket", "Inbox")
    (rule,) = inbox["ReplicationConfiguration"]["Rules"]

    assert inbox["AccelerateConfiguration"] == {"AccelerationStatus": "Enabled"}
    assert rule["Destination"] == {"Bucket": REPLICA["ReplicaBucketArn"]}
    for name, bucket in replicated.of_type("AWS::S3::Bucket").items():
        logging = bucket["LoggingConfiguration"]
        assert (ALL_ON["AccessLogsBucket"], f"{name.lower()}/") == (
            logging["DestinationBucketName"],
            logging["LogFilePrefix"],
        )


def test_the_replica_is_written_by_a_role_for_that_alone(replicated: Stack) -> None:
    """It reads the inbox and writes the replica."""
    names = Names(replicated.resolved, "sluice-production")
    role = names.filled(properties(replicated, "AWS::IAM::Role", "ReplicationRole"))
    given = [policy["PolicyDocument"] for policy in role["Policies"]]
    inbox = names.arn("Inbox")

    assert allows(given, Request("s3:GetObjectVersionForReplication", f"{inbox}/uploads/a.csv"))
    assert allows(given, Request("s3:ReplicateObject", f"{REPLICA['ReplicaBucketArn']}/uploads/a.csv"))
    assert not allows(given, Request("s3:ReplicateObject", f"{inbox}/uploads/a.csv"))
    assert not allows(given, Request("s3:GetObjectVersionForReplication", f"{names.arn('Outbox')}/a"))


def test_an_agent_comes_beside_our_layer(on: Stack) -> None:
    """To every function, without a change of code."""
    for name, function in on.of_type("AWS::Lambda::Function").items():
        ours, *others = Names(on.resolved, "sluice-production").filled(function["Layers"])
        assert others == [LAYER, SECOND_LAYER], name
        assert "sluice-production-core" in ours, name
    assert allows(documents(account(), "productionExecutionRole"), Request("lambda:GetLayerVersion", LAYER))


def test_every_line_of_every_function_is_forwarded() -> None:
    """By the nested template, where the destination is given."""
    from monitoring import queries  # noqa: PLC0415
    from monitoring.links import read  # noqa: PLC0415
    from tests.template.cloudformation import ROOT  # noqa: PLC0415

    links = read(ROOT / "template.yaml")
    filters = queries.forwarded(links).values()

    assert {function.log_group for function in links.functions} == {
        each["Properties"]["LogGroupName"]["Ref"] for each in filters
    }
    assert {"HasLogDestination"} == {each["Condition"] for each in filters}


SCANNED = "GuardDuty Malware Protection Object Scan Result"
ARRIVALS = ("CsvArrivalRule", "ImageArrivalRule", "OtherArrivalRule")


def test_behind_the_gate_files_arrive_by_the_results_of_their_scans_alone(on: Stack, off: Stack) -> None:
    """Of every verdict, since each file has an outcome, and to the same lanes as without the gate."""
    inbox = {"Ref": "Inbox"}
    for name in ARRIVALS:
        gated, open_ = (properties(stack, "AWS::Events::Rule", name)["EventPattern"] for stack in (on, off))
        assert (gated["source"], gated["detail-type"]) == (["aws.guardduty"], [SCANNED])
        assert gated["detail"] == {
            "s3ObjectDetails": {"bucketName": [inbox], "objectKey": open_["detail"]["object"]["key"]}
        }
        assert (open_["source"], open_["detail-type"]) == (["aws.s3"], ["Object Created"])
    dispatch = [properties(stack, "AWS::Lambda::Function", "DispatchFunction") for stack in (on, off)]
    assert ["on", "off"] == [each["Environment"]["Variables"]["MALWARE_GATE"] for each in dispatch]


def test_behind_the_gate_nobody_else_writes_a_verdict(on: Stack, off: Stack) -> None:
    """A tag lets on what the sweep finds, so only GuardDuty may write tags."""
    names = Names(on.resolved, "sluice-production")
    policy = names.filled(properties(on, "AWS::S3::BucketPolicy", "InboxPolicy")["PolicyDocument"])
    [denial] = [each for each in policy["Statement"] if each["Sid"] == "VerdictsByGuardDutyAlone"]

    assert denial["Effect"] == "Deny"
    assert {"s3:PutObjectTagging", "s3:PutObjectVersionTagging"} <= set(denial["Action"])
    assert denial["Resource"] == f"{names.arn('Inbox')}/*"
    assert denial["Condition"] == {"ArnNotEquals": {"aws:PrincipalArn": ALL_ON["MalwareScanRoleArn"]}}
    assert "VerdictsByGuardDutyAlone" not in str(properties(off, "AWS::S3::BucketPolicy", "InboxPolicy"))


def test_behind_the_gate_dispatch_may_read_verdicts(on: Stack, off: Stack) -> None:
    """And without it, no tags."""
    for stack, allowed in ((on, True), (off, False)):
        names = Names(stack.resolved, "sluice-production")
        role = names.filled(properties(stack, "AWS::IAM::Role", "DispatchRole"))
        given = [policy["PolicyDocument"] for policy in role["Policies"]]
        request = Request("s3:GetObjectVersionTagging", f"{names.arn('Inbox')}/uploads/a.csv")
        assert allows(given, request) is allowed


def test_one_existing_role_replaces_all(shared: Stack) -> None:
    """No role is made, none is changed, and the stack says what that waives."""
    functions = shared.of_type("AWS::Lambda::Function").values()
    machines = shared.of_type("AWS::StepFunctions::StateMachine").values()

    assert {EXISTING} == {function["Role"] for function in functions}
    assert {EXISTING} == {machine["RoleArn"] for machine in machines}
    assert shared.of_type("AWS::IAM::Role", "AWS::IAM::Policy") == {}
    says = shared.transformed["Outputs"]["LeastPrivilege"]["Value"]["Fn::If"]
    assert re.match("WAIVED", says[2])


def test_no_role_is_made_beside_the_existing_one_whatever_else_is_on(written: Template) -> None:
    """But for those of nested stacks, Slack's and the container's: options.md says so."""
    stack = Stack.of(written, parameters_of("production") | ALL_ON | REPLICA | {"ExistingRoleArn": EXISTING})

    assert stack.of_type("AWS::IAM::Role", "AWS::IAM::Policy") == {}
    assert [] == linting.findings(stack.transformed)
    assert properties(stack, "AWS::S3::Bucket", "Inbox")["ReplicationConfiguration"]["Role"] == EXISTING


def test_processors_have_reserved_concurrency_where_it_is_wanted(written: Template, off: Stack) -> None:
    """Each its own; none by default, since small accounts cannot reserve."""
    wanted = {"ProfileCsvConcurrency": "7", "ProcessImageConcurrency": "8", "InspectFileConcurrency": "9"}
    on = Stack.of(written, parameters_of("production") | wanted)
    reserved = {
        name: function["ReservedConcurrentExecutions"]
        for name, function in on.of_type("AWS::Lambda::Function").items()
        if "ReservedConcurrentExecutions" in function
    }

    assert reserved == {"ProfileCsvFunction": 7, "ProcessImageFunction": 8, "InspectFileFunction": 9}
    assert "ReservedConcurrentExecutions" not in str(off.of_type("AWS::Lambda::Function"))


def test_logs_are_kept_as_long_as_the_parameter_says(written: Template) -> None:
    """By every group."""
    stack = Stack.of(written, parameters_of("dev") | {"LogRetentionDays": "365"})

    assert {365} == {group["RetentionInDays"] for group in stack.of_type("AWS::Logs::LogGroup").values()}


def test_memory_is_sized_by_stage() -> None:
    """Where the engine lets it: the image engine needs one whole processor at every stage."""
    sizes = [parameters_of(stage)["ProcessorMemorySize"] for stage in ("dev", "staging", "production")]

    assert sizes == ["512", "512", "1024"]
