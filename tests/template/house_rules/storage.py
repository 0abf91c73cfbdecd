"""Buckets and tables: what is kept, and that nobody else reads it."""

from collections.abc import Iterator
from typing import Any

from tests.template.cloudformation import target, targets
from tests.template.stack import Stack

HOLDS_DATA = ("AWS::S3::Bucket", "AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable", "AWS::KMS::Key")
BLOCKED = {"BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"}


def buckets_are_safe(stack: Stack) -> Iterator[str]:
    """Every bucket is versioned, encrypted, closed to the public, ours alone and rid of abandoned uploads."""
    for name, bucket in stack.of_type("AWS::S3::Bucket").items():
        yield from (f"{name} {lack}" for lack in _lacks(bucket))


def _lacks(bucket: dict[str, Any]) -> Iterator[str]:
    if bucket.get("VersioningConfiguration", {}).get("Status") != "Enabled":
        yield "is not versioned"
    if not bucket.get("BucketEncryption", {}).get("ServerSideEncryptionConfiguration"):
        yield "is not encrypted"
    if {
        key
        for key, value in bucket.get("PublicAccessBlockConfiguration", {}).items()
        if value in (True, "true")
    } != BLOCKED:
        yield "is not closed to the public"
    if bucket.get("OwnershipControls", {}).get("Rules") != [{"ObjectOwnership": "BucketOwnerEnforced"}]:
        yield "lets others own objects"
    rules = bucket.get("LifecycleConfiguration", {}).get("Rules", [])
    if not any(rule["Status"] == "Enabled" and "AbortIncompleteMultipartUpload" in rule for rule in rules):
        yield "keeps the parts of abandoned uploads"


def buckets_demand_tls(stack: Stack) -> Iterator[str]:
    """Every bucket and all of its objects are refused to whoever does not use TLS."""
    protected = {
        target(policy["Bucket"])
        for policy in stack.of_type("AWS::S3::BucketPolicy").values()
        if any(_denies_plain_http(statement) for statement in policy["PolicyDocument"]["Statement"])
    }
    yield from (
        f"{name} can be read without TLS"
        for name in stack.of_type("AWS::S3::Bucket")
        if name not in protected
    )


def _denies_plain_http(statement: dict[str, Any]) -> bool:
    secure = statement.get("Condition", {}).get("Bool", {}).get("aws:SecureTransport")
    return (
        statement["Effect"] == "Deny"
        and statement["Principal"] in ("*", {"AWS": "*"})
        and statement["Action"] in ("s3:*", ["s3:*"])
        and _covers_bucket_and_objects(statement["Resource"])
        and str(secure).lower() == "false"
    )


def _covers_bucket_and_objects(resources: Any) -> bool:
    """Tell whether there is one ARN for the bucket and one that ends in /* for its objects."""
    arns = resources if isinstance(resources, list) else [resources]
    return {"/*" in str(arn) for arn in arns} == {False, True} and len(set(targets(arns))) == 1


# Settings, not facts: their history is part of the record of what was decided about files.
KEPT_FOR_EVER = {"Rules", "Contracts"}


def tables_can_be_restored(stack: Stack) -> Iterator[str]:
    """Every table has point-in-time recovery, and but for settings an attribute by which items expire."""
    for name, table in stack.of_type("AWS::DynamoDB::Table").items():
        recovery = table.get("PointInTimeRecoverySpecification", {})
        if str(recovery.get("PointInTimeRecoveryEnabled")).lower() != "true":
            yield f"{name} has no point-in-time recovery"
        if (
            name not in KEPT_FOR_EVER
            and str(table.get("TimeToLiveSpecification", {}).get("Enabled")).lower() != "true"
        ):
            yield f"{name} keeps its items for ever"


def data_outlives_the_stack(stack: Stack) -> Iterator[str]:
    """What holds data is kept when the stack, or the resource in it, is deleted or replaced."""
    for name in stack.of_type(*HOLDS_DATA):
        resource = stack.attributes(name)
        for policy in ("DeletionPolicy", "UpdateReplacePolicy"):
            if resource.get(policy) != "Retain":
                yield f"{name} loses its data: {policy} is {resource.get(policy, 'Delete')}"


def logs_do_not_stand_in_the_way(stack: Stack) -> Iterator[str]:
    """
    What has a name of its own and is kept is not kept where the deployment that made it is rolled back.

    The next deployment would find the name taken, and fail.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html
    """
    for name in stack.of_type("AWS::Logs::LogGroup"):
        group = stack.attributes(name)
        policies = group.get("DeletionPolicy"), group.get("UpdateReplacePolicy")
        if policies != ("RetainExceptOnCreate", "Retain"):
            yield f"{name} is lost, or left behind by a rollback: {policies}"
